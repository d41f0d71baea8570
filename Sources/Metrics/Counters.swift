// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// What connections have come to since the start: numbers that only grow.
public struct Counters: Equatable, Sendable {
  /// Whose handshake was completed, and seen to be.
  public private(set) var opened: UInt64 = 0
  /// By ``OpenResult``.
  public private(set) var failures = Words<OpenResult>()
  public private(set) var closes = Closes()
  /// SYN_SENT to ESTABLISHED in nanoseconds, of those this end opened.
  public private(set) var connectTime = Histogram()
  /// One true round trip of the handshake, in nanoseconds.
  public private(set) var handshakeRTT = Histogram()
  /// Of ``opened``, those without one, by why.
  public private(set) var rttUnknown = Words<RTTUnknown>()
  /// SYNs or SYN-ACKs that were sent again.
  public private(set) var handshakeRetrans: UInt64 = 0
  /// From the open to the end, in nanoseconds.
  public private(set) var lifetime = Histogram()

  public init() {}

  /// A connection that has not ended, as far as it has come.
  mutating func add(open connection: Connection) {
    if connection.establishedAt != 0 { add(opened: connection) }
  }

  /// A connection that has ended, with all that it was.
  mutating func add(_ end: ConnectionEnd) {
    let (connection, verdict) = (end.connection, end.verdict)
    let isFromHere = connection.open != nil && connection.open != .existing
    // That it became ESTABLISHED may have been lost, and what came after it was not.
    if connection.establishedAt != 0 || isFromHere && verdict.openResult == .established {
      add(opened: connection)
    } else if let result = verdict.openResult, result != .established, verdict.close == nil {
      failures[result] += 1
      handshakeRetrans += UInt64(connection.handshakeRetrans)
    }
    if let close = verdict.close {
      closes[close, verdict.firstFIN] += 1
      if let lifetime = end.lifetime { self.lifetime.add(lifetime) }
    }
  }

  private mutating func add(opened connection: Connection) {
    opened += 1
    if let time = connection.connectTime { connectTime.add(time) }
    if connection.rtt != 0 {
      handshakeRTT.add(UInt64(connection.rtt) * 1000)
    } else {
      rttUnknown[connection.rttUnknown] += 1
    }
    handshakeRetrans += UInt64(connection.handshakeRetrans)
  }

  mutating func add(_ other: Counters) {
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
