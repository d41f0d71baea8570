// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

/// What the tracer tells while a case is played: of the case's own namespaces, or connections.
package struct Told: FactSink {
  /// A transition.
  package struct Step: Sendable {
    package let connection: Connection
    package let edge: Edge
    /// Nanoseconds of `CLOCK_MONOTONIC`.
    package let at: UInt64
  }

  package private(set) var steps: [Step] = []
  package private(set) var ends: [ConnectionEnd] = []
  package private(set) var timeWaits: [TimeWaitEnd] = []
  private let isOurs: @Sendable (UInt32) -> Bool

  private let since: UInt64

  /// - Parameters:
  ///   - since: what began before belongs to an earlier case, whose namespace may have had the same number.
  ///   - isOurs: which network namespaces are meant.
  package init(since: UInt64 = 0, of isOurs: @escaping @Sendable (UInt32) -> Bool) {
    self.since = since
    self.isOurs = isOurs
  }

  package mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    if isOurs(connection.netns) {
      steps.append(Step(connection: connection, edge: edge, at: at))
    }
  }

  package mutating func finished(_ end: ConnectionEnd) {
    let connection = end.connection
    let beganAt = connection.openedAt == 0 ? connection.establishedAt : connection.openedAt
    if beganAt >= since, isOurs(connection.netns) { ends.append(end) }
  }

  package mutating func timeWaitEnded(_ end: TimeWaitEnd) {
    if end.beganAt ?? since >= since, isOurs(end.netns) { timeWaits.append(end) }
  }

  /// How many ends have been told, of some connections or of all.
  package func ends(of followed: [Ports]?) -> Int {
    guard let followed else { return ends.count }
    return ends.count { end in
      let tuple = end.connection.tuple
      return followed.contains(Ports(client: tuple.localPort, server: tuple.remotePort))
        || followed.contains(Ports(client: tuple.remotePort, server: tuple.localPort))
    }
  }
}
