// SPDX-License-Identifier: Apache-2.0
import MadeUpHost
import Testing

@testable import Lifecycle

/// Everything that a host tells, with any of it lost: no label, no owner and no end of a TIME_WAIT is
/// ever wrong, and whatever is left over, two scans that find nothing clear away.
struct EverySubsetTests {
  /// All subsets of a short story; of a long one those that lack one or two records, and many others.
  private static func subsets(of count: Int) -> [Int] {
    let all = (1 << count) - 1
    if count <= 12 { return Array(0...all) }
    var random = SplitMix(seed: UInt64(count))
    let few = (0..<count).flatMap { one in (0...one).map { all & ~(1 << one) & ~(1 << $0) } }
    return [all] + few + (0..<2500).map { _ in Int(random.next() & UInt64(all)) }
  }

  @Test(arguments: Scenario.all + Scenario.waits, [false, true])
  func isNeverWrong(_ scenario: Scenario, _ isShared: Bool) {
    let records = scenario.onHost(isShared: isShared)
    let waits = scenario.waits
    for kept in Self.subsets(of: records.count) {
      let follower = follow(records, kept: kept)
      let mistakes = mistakes(follower, scenario, waits, isShared: isShared)
      if !mistakes.isEmpty {
        Issue.record("kept \(String(kept, radix: 2)) of \(records.count): \(mistakes)")
        return
      }
    }
  }

  /// With nothing lost, all of it is said.
  @Test(arguments: Scenario.all + Scenario.waits)
  func saysAllOfIt(_ scenario: Scenario) {
    let records = scenario.onHost(isShared: false)
    let follower = follow(records, kept: -1)
    #expect(follower.timeWaits.count == scenario.waits.count)
    for end in follower.timeWaits {
      #expect(end.cause != .unknown && scenario.waits.contains { $0.allows(end) })
    }
    for end in follower.ends where end.connection.open == .passive {
      #expect(end.connection.owner.isKnown)
    }
  }

  private func follow(_ records: [Record], kept: Int) -> Follower {
    let follower = Follower()
    follower.tracker.beginScan()
    follower.tracker.finishScan()
    for (index, record) in records.enumerated() {
      if kept >> index & 1 == 1 {
        follower.tracker.apply(record, into: &follower.collector)
      } else {
        follower.losses.add(record)
      }
    }
    var script = Script()
    script.wait(400_000_000)
    follower.confirm(at: script.clock)
    for _ in 0..<2 { follower.scan(&script) }
    follower.confirm(at: script.clock)
    return follower
  }

  private func mistakes(
    _ follower: Follower, _ scenario: Scenario, _ waits: [Scenario.Wait], isShared: Bool
  ) -> [String] {
    var found: [String] = []
    // The time of an orphan is over by now.
    let truths = scenario.truth.flatMap { truth in
      guard truth.close == .half else { return [truth] }
      var late = truth
      (late.close, late.endsIn) = (.orphanTimeout, .closed)
      return [truth, late]
    }
    for end in follower.ends {
      let said = Truth(end)
      if !truths.contains(where: { said.isNowhereWrong(against: $0) }) {
        found.append("\(truths.map { said.mistakes(against: $0) })")
      }
      let (owner, source) = (end.connection.owner, end.connection.ownerSource)
      let isRight =
        source == .listener
        ? owner == Script.master && !isShared && end.connection.open != .active
        : owner == Script.process
      if owner.isKnown, !isRight { found.append("owner \(owner.pid) by \(source)") }
    }
    for end in follower.timeWaits where !waits.contains(where: { $0.allows(end) }) {
      found.append("TIME_WAIT \(end.cause) at \(end.endedAt ?? 0)")
    }
    if follower.timeWaits.count > waits.count { found.append("more TIME_WAITs than there were") }
    if follower.live != 0 { found.append("\(follower.live) connections left") }
    if follower.minis != 0 { found.append("\(follower.minis) mini sockets left") }
    return found
  }
}
