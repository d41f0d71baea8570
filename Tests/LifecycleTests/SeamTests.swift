// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// One source goes on where another ended: nobody who is told can see where.
struct SeamTests {
  /// Every scenario, with the seam before each of its records: with the one before told again behind it,
  /// by programs that ran later in the same event, and without.
  @Test(arguments: Scenario.all, [false, true])
  func isNowhereSeen(_ scenario: Scenario, isToldAgain: Bool) {
    let records = scenario.records
    let (whole, numbers) = Collector.collect(records)
    for cut in records.indices {
      var tracker = Tracker(startedAt: 0, tiers: .all)
      var collector = Collector()
      for record in records[..<cut] { tracker.apply(record, into: &collector) }
      let seam = cut > 0 ? records[cut - 1].at + 1 : 0
      tracker.goOn(with: .all, from: seam)
      if isToldAgain, var again = records[..<cut].last, again.edge != nil {
        again.at = seam + 1000
        tracker.apply(again, into: &collector)
      }
      for record in records[cut...] { tracker.apply(record, into: &collector) }
      let end = (records.map(\.at).max() ?? 0) + 1_000_000
      tracker.finish(at: end, losses: Losses(), into: &collector)
      #expect(collector.ends.map(\.verdict) == whole.ends.map(\.verdict), "before \(cut)")
      #expect(collector.ends.map(\.connection.id) == whole.ends.map(\.connection.id))
      #expect(tracker.transitions == numbers.transitions && tracker.gaps == 0)
    }
  }

  /// Where the second tells of less, nothing is said that rests on the rest.
  @Test(arguments: Scenario.all)
  func lessIsToldOf(_ scenario: Scenario) {
    var tiers = Tiers.all
    tiers.remove(.resets)
    let (less, _) = Collector.collect(scenario.records, tiers: tiers)
    var tracker = Tracker(startedAt: 0, tiers: .all)
    var collector = Collector()
    for record in scenario.records.dropLast() { tracker.apply(record, into: &collector) }
    tracker.goOn(with: tiers, from: 0)
    for record in scenario.records.suffix(1) { tracker.apply(record, into: &collector) }
    let end = (scenario.records.map(\.at).max() ?? 0) + 1_000_000
    tracker.finish(at: end, losses: Losses(), into: &collector)
    #expect(collector.ends.map(\.verdict) == less.ends.map(\.verdict))
  }

  /// What the first has lost stays lost, and what the tracker counts is not counted twice.
  @Test func lossesGoOn() {
    var first = Losses()
    first.ring.transitions = 3
    first.ring.owners = 1
    first.guardBalance = -2
    first.malformed = 1
    var losses = Losses()
    losses.advance(to: first, duplicates: 7)
    (losses.gaps, losses.table) = (11, 13)
    let carried = losses.carried(duplicates: 7)
    var second = Losses()
    second.ring.transitions = 1
    second.guardBalance = 4
    second.add(carried)
    losses.advance(to: second, duplicates: 8)
    #expect(losses.ring.transitions == 4 && losses.ring.owners == 1 && losses.malformed == 1)
    // 7 - 2 of the first; of the second 4, of which another that was told twice makes 5.
    #expect(losses.guarded.transitions == 10)
    #expect(losses.gaps == 0 && losses.table == 0)
  }
}
