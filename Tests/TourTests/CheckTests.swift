// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

@testable import Tour

@Suite struct CheckTests {
  private func evidence(_ change: (inout Verdict) -> Void = { _ in }) -> Evidence {
    var made = MadeUp()
    made.end(.client) {
      $0.close = .resetSent
      $0.reset = .sent
      $0.why = .linger0
      $0.endsIn = .closed
      change(&$0)
    }
    return made.evidence
  }

  private func told(_ evidence: Evidence) -> Check {
    .told(evidence, .client, close: .resetSent, reset: .sent, why: .linger0)
  }

  @Test func told() {
    let check = told(evidence())
    #expect(check.answer == .yes && check.isVerdict)
    #expect(
      check.claim
        == "synfin says of the client: close reset_sent, reset sent, why linger0, ends_in CLOSED")
  }

  @Test func toldOtherwise() {
    #expect(told(evidence { $0.why = .unreadData }).answer == .no("why unread_data"))
    #expect(told(evidence { $0.firstFIN = .local }).answer == .no("first_fin local"))
    #expect(told(MadeUp().evidence).answer == .no("nothing"))
  }

  /// What is not told on this host is no contradiction.
  @Test func notTold() {
    var lost = MadeUp().evidence
    lost.lost = 1
    var silent = evidence {
      $0.reset = nil
      $0.why = nil
    }
    silent.tiers.remove(.resets)
    for evidence in [lost, silent, evidence { $0.close = .unknown }] {
      guard case .unknown(let why) = told(evidence).answer else {
        Issue.record("\(told(evidence))")
        continue
      }
      #expect(!why.isEmpty)
    }
    var wrong = evidence { $0.close = .fourWay }
    wrong.tiers.remove(.resets)
    #expect(told(wrong).answer == .no("close four_way"))
  }

  @Test func unseenSegments() {
    var evidence = MadeUp().evidence
    #expect(evidence.onTheWire("so") { true }.answer == .yes)
    #expect(evidence.onTheWire("so", found: "other") { false }.answer == .no("other"))
    evidence.segments = nil
    guard case .unknown = evidence.onTheWire("so", { true }).answer else {
      Issue.record("it was not seen")
      return
    }
  }

  @Test func tally() {
    let tally = Tally([
      Check("a", true), Check("b", false), Check("c", nil, else: "why"), Check("d", true),
    ])
    #expect((tally.held, tally.contradicted, tally.unknown) == (2, 1, 1))
    #expect(tally.sentence == "2 claims borne out by this kernel, 1 contradicted, 1 unknown")
  }
}
