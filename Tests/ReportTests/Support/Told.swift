// SPDX-License-Identifier: Apache-2.0
import Lifecycle

/// What a tracker told of the records it was given.
struct Told: FactSink {
  var transitions: [(connection: Connection, edge: Edge, at: UInt64)] = []
  var ends: [ConnectionEnd] = []

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    transitions.append((connection, edge, at))
  }

  mutating func finished(_ end: ConnectionEnd) { ends.append(end) }

  /// Gives the records to a tracker, and stops it a second after the last of them.
  init(_ records: [Record]) {
    var tracker = Tracker(startedAt: 0, tiers: .all)
    for record in records { tracker.apply(record, into: &self) }
    let stop = (records.last?.at ?? 0) + 1_000_000_000
    tracker.finish(at: stop, losses: Losses(), into: &self)
  }
}
