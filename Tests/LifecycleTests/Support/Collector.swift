// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

/// A view that keeps what it is told.
struct Collector: FactSink {
  var edges: [(id: UInt64, edge: Edge)] = []
  var ends: [ConnectionEnd] = []
  var timeWaits: [TimeWaitEnd] = []

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    edges.append((connection.id, edge))
  }

  mutating func finished(_ end: ConnectionEnd) { ends.append(end) }

  mutating func timeWaitEnded(_ end: TimeWaitEnd) { timeWaits.append(end) }
}

extension Collector {
  /// Everything that a tracker makes of records, in one reading, with `losses` counted after it.
  static func collect(
    _ records: [Record], losses: Losses = Losses(), tiers: Tiers = .all
  ) -> (collector: Collector, tracker: TrackerNumbers) {
    var tracker = Tracker(startedAt: 0, tiers: tiers)
    var collector = Collector()
    for record in records { tracker.apply(record, into: &collector) }
    let end = (records.map(\.at).max() ?? 0) + 1_000_000
    tracker.finish(at: end, losses: losses, into: &collector)
    return (
      collector,
      TrackerNumbers(
        transitions: tracker.transitions, reported: tracker.reported,
        duplicates: tracker.duplicates,
        live: tracker.live)
    )
  }
}

struct TrackerNumbers {
  let transitions: UInt64
  let reported: UInt64
  let duplicates: UInt64
  let live: Int
}
