// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

extension Truth {
  /// Whether everything that is said here is true; less may be said.
  func isNowhereWrong(against truth: Truth) -> Bool {
    mistakes(against: truth).isEmpty
  }

  func mistakes(against truth: Truth) -> [String] {
    var found: [String] = []
    func check<Word: Equatable>(_ name: String, _ said: Word?, _ true: Word?, unknown: Word? = nil)
    {
      if let said, said != unknown, said != `true` { found.append("\(name) \(said)") }
    }
    check("open", open, truth.open)
    check("result", result, truth.result, unknown: .unknown)
    check("close", close, truth.close, unknown: .unknown)
    check("first FIN", firstFIN, truth.firstFIN)
    check("reset", reset, truth.reset)
    check("why", why, truth.why)
    check("via", via, truth.via)
    check("ends in", endsIn, truth.endsIn)
    check("connect time", connectTime, truth.connectTime)
    check("rtt", rtt, truth.rtt, unknown: 0)
    // A null here means that it has not ended, which is a claim.
    if close == nil, result == .established, truth.close != nil { found.append("still open") }
    if result == nil, truth.result != nil { found.append("still opening") }
    return found
  }
}
