// SPDX-License-Identifier: Apache-2.0

/// Where facts go: a view.
public protocol FactSink: ~Copyable {
  /// A transition of a connection, right after it was taken in.
  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64)
  /// A connection of which nothing more will be learned; once for each.
  mutating func finished(_ end: ConnectionEnd)
  /// A TIME_WAIT that is over; only where the tracker follows them.
  mutating func timeWaitEnded(_ end: TimeWaitEnd)
}

extension FactSink where Self: ~Copyable {
  public mutating func timeWaitEnded(_ end: TimeWaitEnd) {}
}

/// All that is known of one connection end when its story is over, or when the run is.
public struct ConnectionEnd: Sendable {
  public var connection: Connection
  /// `nil` while nothing of an end has been seen.
  public var ending: Ending?
  public var verdict: Verdict

  public init(connection: Connection, ending: Ending?, verdict: Verdict) {
    self.connection = connection
    self.ending = ending
    self.verdict = verdict
  }

  /// ``Connection/connectTime``.
  public var connectTime: UInt64? { connection.connectTime }

  /// From the open to the end in nanoseconds; `nil` where either was not seen.
  public var lifetime: UInt64? {
    guard let ending, ending.isClosed, connection.openedAt != 0,
      ending.endedAt >= connection.openedAt
    else { return nil }
    return ending.endedAt - connection.openedAt
  }
}
