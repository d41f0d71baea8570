// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Whatever is lost, nothing that is said is wrong; only less is said.
struct LossTests {
  /// Every subset of the records of every scenario, with the loss counted as the kernel does.
  @Test(arguments: Scenario.all)
  func isNeverWrong(_ scenario: Scenario) {
    let records = scenario.records
    // The longest scenarios have 16 records: 65 536 subsets.
    for kept in 0..<(1 << records.count) {
      let (rest, losses) = split(records, kept: kept)
      let (collector, numbers) = Collector.collect(rest, losses: losses)
      for end in collector.ends {
        let said = Truth(end)
        // It must be right about some connection that there was.
        if !scenario.truth.contains(where: { said.isNowhereWrong(against: $0) }) {
          let mistakes = scenario.truth.map { said.mistakes(against: $0) }
          Issue.record("kept \(String(kept, radix: 2)): \(mistakes)")
          return
        }
      }
      #expect(numbers.live == 0)
      #expect(numbers.transitions + losses.ring.transitions == records.count { $0.edge != nil })
    }
  }

  /// The same where the loss is counted at once, reading by reading.
  @Test(arguments: Scenario.all)
  func isNeverWrongReadingByReading(_ scenario: Scenario) {
    let records = scenario.records
    for lost in records.indices {
      let ends = follow(records[...], losing: lost, until: (records.last?.at ?? 0) + 1000)
      for end in ends { expectRight(end, scenario, "without record \(lost)") }
    }
  }

  /// Cut off anywhere, as a recording may be: a RST that would have renamed an end was not told.
  @Test(arguments: Scenario.all)
  func isNeverWrongWhereItIsCutOff(_ scenario: Scenario) {
    let records = scenario.records
    for length in records.indices {
      let told = records[..<length]
      let ends = follow(told, until: told.last.map { $0.at + 1 } ?? 0, isCut: true)
      for end in ends where end.ending?.isClosed == true {
        expectRight(end, scenario, "cut after \(length)")
      }
    }
  }

  /// What is told of records that come reading by reading, one of them lost.
  private func follow(
    _ records: ArraySlice<Record>, losing lost: Int? = nil, until end: UInt64, isCut: Bool = false
  ) -> [ConnectionEnd] {
    var tracker = Tracker(startedAt: 0, tiers: .all)
    var collector = Collector()
    var losses = Losses()
    for (index, record) in zip(records.indices, records) {
      if index == lost { losses.add(record) } else { tracker.apply(record, into: &collector) }
      tracker.settle(
        readAt: record.at, losses: losses, countedAt: record.at + 1, into: &collector)
    }
    losses.isCut = isCut
    tracker.finish(at: end, losses: losses, into: &collector)
    return collector.ends
  }

  private func expectRight(_ end: ConnectionEnd, _ scenario: Scenario, _ what: String) {
    let said = Truth(end)
    let isRight = scenario.truth.contains { said.isNowhereWrong(against: $0) }
    #expect(isRight, "\(what): \(said)")
  }

  /// A connection that began and ended without a loss keeps its words, whatever was lost before.
  @Test func doubtDoesNotSpread() {
    guard let scenario = Scenario.orderly.first else { return }
    var tracker = Tracker(startedAt: 0, tiers: .all)
    var collector = Collector()
    var losses = Losses()
    losses.ring.transitions = 7
    let start = scenario.records[0].at
    tracker.settle(readAt: start - 2000, losses: losses, countedAt: start - 1000, into: &collector)
    for record in scenario.records { tracker.apply(record, into: &collector) }
    tracker.finish(at: start + 1_000_000_000, losses: losses, into: &collector)
    #expect(collector.ends.map(Truth.init) == scenario.truth)
  }

  /// What was there at the start is existing; what may have begun unseen is not said to be.
  @Test func unseenOpenIsNotCalledExisting() {
    guard let scenario = Scenario.orderly.first else { return }
    let rest = Array(scenario.records.dropFirst(2))
    let (quiet, _) = Collector.collect(rest)
    #expect(quiet.ends.map(\.connection.open) == [.existing])
    var losses = Losses()
    losses.ring.transitions = 2
    let (lossy, _) = Collector.collect(rest, losses: losses)
    #expect(lossy.ends.map(\.connection.open) == [nil])
  }

  private func split(_ records: [Record], kept: Int) -> (rest: [Record], losses: Losses) {
    var rest: [Record] = []
    var losses = Losses()
    for (index, record) in records.enumerated() {
      if kept >> index & 1 == 1 { rest.append(record) } else { losses.add(record) }
    }
    return (rest, losses)
  }
}

extension Losses {
  /// Counts a record that found no room.
  mutating func add(_ record: Record) {
    switch record.facts {
    case .resetReceived: ring.resetsReceived += 1
    case .resetSent: ring.resetsSent += 1
    case .mini: ring.minis += 1
    case .listening, .taken, .found, .foundMini, .scanned: ring.owners += 1
    default: ring.transitions += 1
    }
  }
}
