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

  /// - Parameter isOurs: which network namespaces are meant.
  package init(of isOurs: @escaping @Sendable (UInt32) -> Bool) { self.isOurs = isOurs }

  package mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    if isOurs(connection.netns) {
      steps.append(Step(connection: connection, edge: edge, at: at))
    }
  }

  package mutating func finished(_ end: ConnectionEnd) {
    if isOurs(end.connection.netns) { ends.append(end) }
  }

  package mutating func timeWaitEnded(_ end: TimeWaitEnd) {
    if isOurs(UInt32(end.netns)) { timeWaits.append(end) }
  }
}
