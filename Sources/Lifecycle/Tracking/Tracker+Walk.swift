// SPDX-License-Identifier: Apache-2.0

/// What there is now, for views that show the present: a walk, in no order, that keeps nothing.
extension Tracker {
  /// Every connection that is not reported yet, once. Those in `.closed` have ended, and wait for what
  /// becomes of the mini socket that they left, or for a RST.
  ///
  /// - Parameter body: is given a connection, and when it entered its state; 0 where that was not told.
  public func forEachConnection(_ body: (Connection, _ since: UInt64) -> Void) {
    connections.forEach { body($0, enteredAt($0)) }
  }

  private func enteredAt(_ connection: Connection) -> UInt64 {
    switch connection.state {
    case .closed, .timeWait, .listen: 0
    case .synSent: connection.openedAt
    case .synRecv: max(connection.openedAt, connection.crossedAt)
    case .established: connection.establishedAt
    case .finWait1, .finWait2, .closing, .closeWait, .lastAck:
      connection.ending == 0 ? 0 : endings[connection.ending].lastEnteredAt
    }
  }

  /// What is kept of a connection that has left a mini socket.
  public struct Mini: Sendable {
    public var tuple: Tuple
    public var netns: UInt32
    public var isIPv6: Bool
    /// Otherwise it is an orphan's FIN_WAIT2.
    public var isTimeWait: Bool
    /// How the connection came to be; `nil` where it ended before the tracer began.
    public var open: Open?
    /// Who closed first, and so left it; where that is not known, whose connection it was.
    public var owner: Process
  }

  /// Whether mini sockets are followed. Where only states are told they cannot be.
  public var tellsMinis: Bool { followsTimeWaits }

  /// Whether it is told how often a SYN or SYN-ACK was sent again.
  public var tellsHandshakes: Bool { !tiers.contains(.statesOnly) }

  /// Every mini socket; none where they are not followed.
  public func forEachMini(_ body: (Mini) -> Void) {
    ledger.entries.forEach { entry in
      body(
        Mini(
          tuple: entry.key.tuple, netns: entry.key.netns, isIPv6: entry.isIPv6,
          isTimeWait: entry.isTimeWait, open: entry.open, owner: ledger.process(entry.owner)))
    }
  }

  /// What each network namespace with mini sockets said of itself when it was last asked.
  public var namespaceFacts: [UInt32: NamespaceFacts] {
    ledger.namespaces.compactMapValues(\.facts)
  }
}
