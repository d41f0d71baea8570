// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Telling connections apart: by the open on a socket, and by nothing that is used again.
struct IdentityTests {
  /// An interrupt between the two instances lets the second repeat what the first has told.
  @Test(arguments: Scenario.all)
  func secondTellingIsDropped(_ scenario: Scenario) {
    for repeated in scenario.records.indices where scenario.records[repeated].edge != nil {
      var records = scenario.records
      var again = records[repeated]
      again.flags.insert(.second)
      again.at += 3000
      records.insert(again, at: repeated + 1)
      let (collector, numbers) = Collector.collect(records)
      let said = collector.ends.sorted { $0.connection.id < $1.connection.id }.map(Truth.init)
      #expect(said == scenario.truth)
      #expect(numbers.duplicates == 1)
    }
  }

  /// What only the second instance told is as good as the first's.
  @Test(arguments: Scenario.all)
  func secondInstanceAloneIsBelieved(_ scenario: Scenario) {
    let records = scenario.records.map { record in
      var record = record
      record.flags.insert(.second)
      return record
    }
    let (collector, numbers) = Collector.collect(records)
    let said = collector.ends.sorted { $0.connection.id < $1.connection.id }.map(Truth.init)
    #expect(said == scenario.truth)
    #expect(numbers.duplicates == 0)
  }

  @Test func repeatedCloseIsDroppedAfterTheReport() {
    guard let scenario = Scenario.orderly.first, let last = scenario.records.last else { return }
    var tracker = Tracker(startedAt: 0, tiers: .all)
    var collector = Collector()
    for record in scenario.records { tracker.apply(record, into: &collector) }
    tracker.settle(readAt: last.at, losses: Losses(), countedAt: last.at, into: &collector)
    var again = last
    again.flags.insert(.second)
    again.at += 5000
    tracker.apply(again, into: &collector)
    tracker.finish(at: last.at + 1_000_000, losses: Losses(), into: &collector)
    #expect(collector.ends.count == 1)
    #expect(tracker.duplicates == 1)
  }

  @Test func idsAreOnePerConnectionNotPerSocket() {
    guard let scenario = Scenario.orderly.last else { return }
    let (collector, _) = Collector.collect(scenario.records)
    #expect(Set(collector.ends.map(\.connection.id)).count == 3)
    #expect(Set(collector.ends.map(\.connection.socket)).count == 1)
  }

  /// A connection whose CLOSE was lost ends, unknown, with the next on the same socket.
  @Test func nextOpenEndsTheLast() {
    var script = Script()
    script.openActively()
    script.tuple.localPort = 40_002
    script.openActively()
    let (collector, _) = Collector.collect(script.records)
    #expect(collector.ends.count == 2)
    #expect(collector.ends.first?.verdict.close == .unknown)
    #expect(collector.ends.last?.verdict.close == nil)
  }

  /// A stranger's record on a socket is no step of the connection that had it before.
  @Test func otherPortsAreAnotherConnection() {
    var script = Script()
    script.openActively()
    script.tuple.remotePort = 5432
    script.step(.established, .closeWait, .done)
    let (collector, _) = Collector.collect(script.records)
    #expect(collector.ends.map(\.connection.tuple.remotePort).sorted() == [443, 5432])
  }

  @Test func childWithoutProcessIsNoConnection() {
    var script = Script()
    script.child()
    script.closed(from: .synRecv, error: 104)
    let (collector, numbers) = Collector.collect(script.records)
    #expect(collector.ends.isEmpty)
    #expect(numbers.transitions == 2)
  }

  @Test func fullTableIsCountedAndForgetsNothingElse() {
    var tracker = Tracker(startedAt: 0, tiers: .all, capacity: 2)
    var collector = Collector()
    for number in UInt64(0)..<5 {
      var script = Script()
      script.socket += number * 0x1000
      script.tuple.localPort += UInt16(number)
      script.openActively()
      for record in script.records { tracker.apply(record, into: &collector) }
    }
    #expect(tracker.live == 2)
    // Two records of each of three: neither begins a connection.
    #expect(tracker.refused == 6)
    tracker.finish(at: 2_000_000_000, losses: Losses(), into: &collector)
    #expect(collector.ends.map(\.connection.tuple.localPort) == [40_000, 40_001])
  }

  /// Odd input is data: every kind of record alone, on a socket that nobody has heard of.
  @Test(arguments: Scenario.all)
  func anyRecordAloneIsTaken(_ scenario: Scenario) {
    for record in scenario.records {
      let (collector, numbers) = Collector.collect([record])
      #expect(collector.ends.count <= 1)
      #expect(numbers.live == 0)
    }
  }
}
