// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// How values are distributed, in whatever cells.
public protocol Distribution: Equatable, Sendable {
  init()
  /// - Parameter value: in nanoseconds.
  mutating func add(_ value: UInt64)
  mutating func add(_ other: Self)
}

/// What connections have come to since the start: numbers that only grow.
public struct Tallies<Latency: Distribution, Lifetime: Distribution>: Equatable, Sendable {
  /// Whose handshake was completed, and seen to be.
  public private(set) var opened: UInt64 = 0
  /// By ``OpenResult``.
  public private(set) var failures = Words<OpenResult>()
  public private(set) var closes = Closes()
  /// SYN_SENT to ESTABLISHED in nanoseconds, of those this end opened.
  public private(set) var connectTime = Latency()
  /// One true round trip of the handshake, in nanoseconds.
  public private(set) var handshakeRTT = Latency()
  /// Of ``opened``, those without one, by why.
  public private(set) var rttUnknown = Words<RTTUnknown>()
  /// SYNs or SYN-ACKs that were sent again.
  public private(set) var handshakeRetrans: UInt64 = 0
  /// From the open to the end, in nanoseconds.
  public private(set) var lifetime = Lifetime()

  public init() {}

  /// A connection whose handshake is completed.
  mutating func add(opened connection: Connection) {
    opened += 1
    if let time = connection.connectTime { connectTime.add(time) }
    if connection.rtt != 0 {
      handshakeRTT.add(UInt64(connection.rtt) * 1000)
    } else {
      rttUnknown[connection.rttUnknown] += 1
    }
    handshakeRetrans += UInt64(connection.handshakeRetrans)
  }

  /// The end of a connection, or that it was never opened.
  mutating func add(ended end: ConnectionEnd) {
    if let result = end.failure {
      failures[result] += 1
      handshakeRetrans += UInt64(end.connection.handshakeRetrans)
    }
    if let close = end.verdict.close {
      closes[close, end.verdict.firstFIN] += 1
      if let lifetime = end.lifetime { self.lifetime.add(lifetime) }
    }
  }

  mutating func add(_ other: Self) {
    opened += other.opened
    failures.add(other.failures)
    closes.add(other.closes)
    connectTime.add(other.connectTime)
    handshakeRTT.add(other.handshakeRTT)
    rttUnknown.add(other.rttUnknown)
    handshakeRetrans += other.handshakeRetrans
    lifetime.add(other.lifetime)
  }
}

/// For views that read quantiles of any part of the time.
public typealias Counters = Tallies<Histogram, Histogram>

extension ConnectionEnd {
  /// Whether its handshake was completed. That it became ESTABLISHED may have been lost, and what came
  /// after it was not.
  var wasOpened: Bool {
    let isFromHere = connection.open != nil && connection.open != .existing
    return connection.establishedAt != 0 || isFromHere && verdict.openResult == .established
  }

  /// Why it was not; `nil` where it was, or where nothing is known of its open.
  var failure: OpenResult? {
    guard !wasOpened, verdict.close == nil, let result = verdict.openResult,
      result != .established
    else { return nil }
    return result
  }
}
