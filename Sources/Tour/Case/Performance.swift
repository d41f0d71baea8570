// SPDX-License-Identifier: Apache-2.0

/// A case that was played, or could not be.
package struct Performance: Sendable {
  package let question: Int
  package let played: Case
  package let outcome: Outcome
  package let checks: [Check]

  package enum Outcome: Sendable {
    case played(Evidence)
    /// Why not.
    case notPlayed(String)
  }

  /// - Parameter unmet: what the play waited for in vain, if it did.
  package init(
    _ question: Int, _ played: Case, _ evidence: Evidence, _ checks: [Check],
    unmet: String? = nil
  ) {
    self.question = question
    self.played = played
    outcome = .played(evidence)
    self.checks =
      checks
      + (unmet.map { [Check("it happens as explained, to its end", answer: .no($0))] } ?? [])
  }

  package init(_ question: Int, _ played: Case, notPlayed reason: String) {
    self.question = question
    self.played = played
    outcome = .notPlayed(reason)
    checks = [Check("it happens as explained", answer: .unknown(reason))]
  }

  package var evidence: Evidence? {
    if case .played(let evidence) = outcome { evidence } else { nil }
  }
}

extension Performance {
  /// Where the kernel did otherwise, named so that each can be found again.
  package var contradictions: [String] {
    checks.compactMap { check in
      guard case .no(let found) = check.answer else { return nil }
      return "question \(question), \(played.title): \(check.claim)"
        + (found.map { ": \($0)" } ?? "")
    }
  }
}
