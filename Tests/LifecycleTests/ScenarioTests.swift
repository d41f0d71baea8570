// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Each way a connection opens and ends, told in full, gets its word.
struct ScenarioTests {
  @Test(arguments: Scenario.all)
  func saysTheTruth(_ scenario: Scenario) {
    let (collector, numbers) = Collector.collect(scenario.records)
    let said = collector.ends.sorted { $0.connection.id < $1.connection.id }.map(Truth.init)
    #expect(said == scenario.truth)
    #expect(numbers.transitions == scenario.records.count { $0.edge != nil })
    #expect(numbers.duplicates == 0)
    #expect(numbers.live == 0, "nothing is left in the table")
  }

  /// Readings of the ring may end anywhere, also between CLOSE and the RST that follows it.
  @Test(arguments: Scenario.all)
  func doesNotDependOnWhenTheRingIsRead(_ scenario: Scenario) {
    var tracker = Tracker(startedAt: 0, tiers: .all)
    var collector = Collector()
    for record in scenario.records {
      tracker.apply(record, into: &collector)
      tracker.settle(
        readAt: record.at, losses: Losses(), countedAt: record.at + 1, into: &collector)
    }
    tracker.finish(
      at: scenario.records.last.map { $0.at + 1000 } ?? 0, losses: Losses(), into: &collector)
    let said = collector.ends.sorted { $0.connection.id < $1.connection.id }.map(Truth.init)
    #expect(said == scenario.truth)
  }

  /// Without mini sockets told of, an orphan's end is half: that this end is closed, and how is not
  /// followed further.
  @Test(arguments: Scenario.minis)
  func isHalfWithoutMinis(_ scenario: Scenario) {
    let (collector, _) = Collector.collect(scenario.records, tiers: .resets)
    let first = collector.ends.first { $0.connection.id == 1 }
    #expect(first?.verdict.close == .half)
    #expect(first?.verdict.endsIn == .finWait2Mini)
    #expect(first?.verdict.firstFIN == .local)
  }

  /// A mini socket that nothing reaches is gone when its time is over, and not before.
  @Test func orphanTimesOut() {
    var script = Script()
    script.leaveOrphan()
    let records = script.records
    guard let closed = records.last?.at else { return }
    var tracker = Tracker(startedAt: 0, tiers: .all, tick: 4_000_000)
    var collector = Collector()
    for record in records { tracker.apply(record, into: &collector) }
    for seconds in [UInt64(1), 60, 68] {
      let now = closed + seconds * 1_000_000_000
      tracker.settle(readAt: now, losses: Losses(), countedAt: now, into: &collector)
      #expect(collector.ends.isEmpty, "after \(seconds) s")
    }
    let end = closed + 69_000_000_000
    tracker.settle(readAt: end, losses: Losses(), countedAt: end, into: &collector)
    #expect(collector.ends.map(\.verdict.close) == [.orphanTimeout])
    #expect(collector.ends.first?.ending?.endedAt == closed, "when it was gone is not told")
  }

  /// Without the reset programs, words that rest on them are unknown, and the others stay.
  @Test(arguments: Scenario.opens + Scenario.failures + Scenario.orderly + Scenario.abnormal)
  func isLessExactWithoutResets(_ scenario: Scenario) {
    let records = scenario.records.filter { $0.edge != nil }
    let (collector, _) = Collector.collect(records, tiers: [])
    let ends = collector.ends.sorted { $0.connection.id < $1.connection.id }
    #expect(ends.count == scenario.truth.count)
    for (end, truth) in zip(ends, scenario.truth) {
      #expect(Truth(end).isNowhereWrong(against: truth))
    }
  }
}
