// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Where the states are told and nothing else of a socket: less is said, and nothing that is wrong.
struct BareTests {
  private static let kinds: [Tiers] = [
    [.resets, .statesOnly], [.statesOnly], [.resets, .statesOnly, .withoutListeners],
  ]

  /// Every subset of the records of every scenario, with the loss counted as the kernel does.
  @Test(arguments: Scenario.all, kinds)
  func isNeverWrong(_ scenario: Scenario, _ tiers: Tiers) {
    let records = scenario.bare(hasListeners: !tiers.contains(.withoutListeners)).filter {
      tiers.contains(.resets) || $0.edge != nil
    }
    for kept in 0..<(1 << records.count) {
      var rest: [Record] = []
      var losses = Losses()
      for (index, record) in records.enumerated() {
        if kept >> index & 1 == 1 { rest.append(record) } else { losses.add(record) }
      }
      for end in Collector.collect(rest, losses: losses, tiers: tiers).collector.ends {
        let mistakes = mistakes(of: end, in: scenario)
        if !mistakes.isEmpty {
          Issue.record("kept \(String(kept, radix: 2)): \(mistakes)")
          return
        }
      }
    }
  }

  private func mistakes(of end: ConnectionEnd, in scenario: Scenario) -> [String] {
    var said = Truth(end)
    // A connection whose end is to be found in a mini socket is told at its CLOSE.
    if said.close == .unknown { said.endsIn = said.endsIn == .closed ? .closed : nil }
    let mistakes = scenario.truth.map { said.mistakes(against: $0) }
    if mistakes.contains([]) { return [] }
    return mistakes.flatMap(\.self)
  }

  /// With nothing lost, who closed first is said, and what a RST proves.
  @Test func saysWhatStatesAndResetsProve() {
    var script = Script()
    script.openActively()
    script.shut(.established, .finWait1)
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .done)
    script.openPassively()
    script.resetReceived()
    script.closed(from: .established, error: 104)
    let scenario = Scenario("bare", records: script.records)
    let ends = Collector.collect(
      scenario.bare(hasListeners: true), tiers: [.resets, .statesOnly]
    ).collector.ends
    #expect(ends.map(\.verdict.close) == [.unknown, .resetReceived])
    #expect(ends.map(\.verdict.firstFIN) == [.local, nil])
    #expect(ends.map(\.verdict.endsIn) == [nil, .closed])
    #expect(ends.map(\.connection.open) == [.active, .passive])
    #expect(ends[0].connection.owner == Script.process)
    #expect(ends[0].ending?.closer.process == Script.process)
    #expect(ends[0].ending?.closer.isKilled == nil)
    #expect(ends.allSatisfy { $0.connection.rttUnknown == .notSeen && $0.connection.netns == 0 })
  }

  /// A RST after CLOSE was made by a call, and one before it by a timer or somebody else's hand.
  @Test(arguments: [(true, Close.unknown), (false, .resetSent)])
  func resetIsKnownByItsOrder(_ isBefore: Bool, _ close: Close) {
    var script = Script()
    script.openActively()
    if isBefore { script.resetSent(isAnswer: false) }
    script.closed(from: .established, .owned)
    if !isBefore { script.resetSent(isAnswer: false) }
    let records = Scenario("reset", records: script.records).bare(hasListeners: true)
    let ends = Collector.collect(records, tiers: [.resets, .statesOnly]).collector.ends
    #expect(ends.map(\.verdict.close) == [close])
    #expect(ends.map(\.verdict.reset) == [.sent])
  }

  /// Who sent the FIN may not be who sent the RST.
  @Test func closerOfAResetIsNotWhoSentTheFIN() {
    var script = Script()
    script.openActively()
    script.shut(.established, .finWait1, shutdown: 2)
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .owned)
    script.resetSent(isAnswer: false)
    let records = Scenario("reset", records: script.records).bare(hasListeners: true)
    let ends = Collector.collect(records, tiers: [.resets, .statesOnly]).collector.ends
    #expect(ends.map(\.verdict.close) == [.resetSent])
    #expect(ends.map { $0.ending?.closer.process } == [Process.none])
  }

  /// A FIN that follows the handshake's end at once may be one that waited for it, sent by a packet.
  @Test func closeThatMayHaveWaitedNamesNobody() {
    var script = Script()
    script.child()
    let handshake = Record.Handshake(
      srtt: 0, totalRetrans: 0, sndUna: 0, rcvNxt: 0, bytesAcked: 0, bytesReceived: 0)
    script.append(.established(from: .synRecv, handshake))
    script.shut(.established, .finWait1)
    let records = Scenario("early", records: script.records).bare(hasListeners: true)
    let ends = Collector.collect(records, tiers: [.resets, .statesOnly]).collector.ends
    #expect(ends.map { $0.ending?.closer.process } == [Process.none])
    #expect(ends.map(\.connection.owner) == [Process.none])
  }

  /// What nobody can tell of, nobody asks: no TIME_WAIT is followed.
  @Test func followsNoTimeWaits() {
    let tracker = Tracker(startedAt: 0, tiers: [.statesOnly], followsTimeWaits: true)
    let follows = tracker.followsTimeWaits
    #expect(!follows)
  }

  /// Of two sources, what either lacks is lacking.
  @Test func lacksAreKept() {
    let common = Tiers.all.common(with: [.resets, .statesOnly])
    #expect(common == [.resets, .statesOnly])
    #expect(Tiers([.resets, .statesOnly]).common(with: .all) == common)
  }
}

extension Scenario {
  fileprivate init(_ name: String, records: [Record]) {
    self.init(name) { $0.records = records }
  }
}
