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
    var tracker = Tracker(startedAt: 0, hasResets: true)
    var collector = Collector()
    for record in scenario.records {
      tracker.apply(record, into: &collector)
      tracker.settle(
        readAt: record.at, losses: Losses(), countedAt: record.at + 1, into: &collector)
    }
    tracker.finish(at: scenario.records.last.map { $0.at + 1000 } ?? 0, losses: Losses(), into: &collector)
    let said = collector.ends.sorted { $0.connection.id < $1.connection.id }.map(Truth.init)
    #expect(said == scenario.truth)
  }

  /// Without the reset programs, words that rest on them are unknown, and the others stay.
  @Test(arguments: Scenario.all)
  func isLessExactWithoutResets(_ scenario: Scenario) {
    let records = scenario.records.filter { $0.edge != nil }
    let (collector, _) = Collector.collect(records, hasResets: false)
    let ends = collector.ends.sorted { $0.connection.id < $1.connection.id }
    #expect(ends.count == scenario.truth.count)
    for (end, truth) in zip(ends, scenario.truth) {
      #expect(Truth(end).isNowhereWrong(against: truth))
    }
  }
}
