// SPDX-License-Identifier: Apache-2.0

/// How long it took to open the connections that have been, and of how many that is known.
public struct Latencies: Equatable, Sendable {
  public private(set) var opened: UInt64
  /// ``Counters/connectTime``.
  public private(set) var connectTime: Histogram
  /// ``Counters/handshakeRTT``.
  public private(set) var handshakeRTT: Histogram

  public init(_ counters: Counters = Counters()) {
    opened = counters.opened
    connectTime = counters.connectTime
    handshakeRTT = counters.handshakeRTT
  }

  public mutating func add(_ other: Latencies) {
    opened += other.opened
    connectTime.add(other.connectTime)
    handshakeRTT.add(other.handshakeRTT)
  }

  public func since(_ earlier: Latencies) -> Latencies {
    var new = self
    new.opened -= min(opened, earlier.opened)
    new.connectTime = connectTime.since(earlier.connectTime)
    new.handshakeRTT = handshakeRTT.since(earlier.handshakeRTT)
    return new
  }
}
