// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

extension Check {
  /// That synfin tells these words of an end, and no others: those of `trace`.
  package static func told(
    _ evidence: Evidence, _ side: Side, _ ports: Ports? = nil, close: Close? = nil,
    firstFIN: FirstFIN? = nil, reset: Reset? = nil, why: ResetReason? = nil,
    endsIn: EndsIn = .closed
  ) -> Check {
    let end = evidence.end(side, ports)
    let verdict = end?.verdict
    let words: [(name: String, expected: String?, found: String?)] = [
      ("close", close.map { "\($0.name)" }, verdict?.close.map { "\($0.name)" }),
      ("first_fin", firstFIN.map { "\($0.name)" }, verdict?.firstFIN.map { "\($0.name)" }),
      ("reset", reset.map { "\($0.name)" }, verdict?.reset.map { "\($0.name)" }),
      ("why", why.map { "\($0.name)" }, verdict?.why.map { "\($0.name)" }),
      ("ends_in", "\(endsIn.name)", verdict?.endsIn.map { "\($0.name)" }),
    ]
    let list = words.compactMap { word in word.expected.map { "\(word.name) \($0)" } }
    let claim = "synfin says of the \(side.name): \(list.joined(separator: ", "))"
    let differences = words.filter { $0.expected != $0.found }
    let found =
      verdict == nil
      ? "nothing" : differences.map { "\($0.name) \($0.found ?? "null")" }.joined(separator: ", ")
    let isHidden = evidence.hides(differences.map(\.name), of: verdict)
    var check = Check(
      claim, differences.isEmpty ? true : isHidden ? nil : false,
      else: "\(found), for not all of it is told on this host", found: found)
    check.isVerdict = true
    return check
  }
}

extension Evidence {
  /// Whether words may differ because of what is not told here: a word that says so itself, records that were
  /// lost, or a reset's side and reason where RSTs are not told of.
  fileprivate func hides(_ words: [String], of verdict: Verdict?) -> Bool {
    if lost > 0 || verdict?.close == .unknown { return true }
    return !tiers.contains(.resets) && words.allSatisfy { $0 == "reset" || $0 == "why" }
  }
}
