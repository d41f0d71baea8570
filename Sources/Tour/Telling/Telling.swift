// SPDX-License-Identifier: Apache-2.0
package import Report

/// How the tour is told while it goes on.
package protocol Telling: ~Copyable {
  mutating func begin(_ question: Question)
  mutating func tell(_ performance: Performance)
  mutating func end(_ account: Account)
  mutating func end(_ accounts: [Account])
  /// What is ready to be written; emptied by whoever has written it.
  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure)
}

/// A question, and what has come of its cases.
package struct Account: Sendable {
  package let question: Question
  package private(set) var performances: [Performance] = []

  package init(_ question: Question) { self.question = question }

  package mutating func add(_ performance: Performance) { performances.append(performance) }

  package var tally: Tally { Tally(performances.flatMap(\.checks)) }

  package var contradictions: [String] { performances.flatMap(\.contradictions) }
}

extension Tally {
  package init(_ checks: [Check]) {
    for check in checks { add(check) }
  }

  package init(_ accounts: [Account]) {
    self.init(accounts.flatMap(\.performances).flatMap(\.checks))
  }
}
