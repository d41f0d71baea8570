// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

/// One connection with a known story: how to make it happen, and what both ends must then show.
package struct Scene: Sendable {
  package let title: String
  /// What the reader is about to see, and why it is so.
  package let explanation: String
  package let client: Expectation
  /// `nil` where nobody listens.
  package let server: Expectation?
  /// Makes it happen, and tells the two ports.
  package let play: @Sendable () throws -> Ports

  package struct Ports: Sendable {
    package let client: UInt16
    package let server: UInt16

    package init(client: UInt16, server: UInt16) {
      self.client = client
      self.server = server
    }
  }

  /// The words an end must get.
  package struct Expectation: Sendable {
    package var openResult: OpenResult = .established
    package var close: Close?
    package var firstFIN: FirstFIN?
    package var reset: Reset?
    package var why: ResetReason?
    package var endsIn: EndsIn = .closed
  }
}

extension Scene.Expectation {
  /// What differs between this and a verdict, in words; empty where nothing does.
  package func differences(from verdict: Verdict) -> [String] {
    func word<Word: Equatable>(_ name: String, _ expected: Word?, _ found: Word?) -> String? {
      if expected == found { return nil }
      return
        "\(name) is \(found.map { "\($0)" } ?? "null"), not \(expected.map { "\($0)" } ?? "null")"
    }
    return [
      word("open_result", openResult.name.description, verdict.openResult?.name.description),
      word("close", close?.name.description, verdict.close?.name.description),
      word("first_fin", firstFIN?.name.description, verdict.firstFIN?.name.description),
      word("reset", reset?.name.description, verdict.reset?.name.description),
      word("why", why?.name.description, verdict.why?.name.description),
      word("ends_in", endsIn.name.description, verdict.endsIn?.name.description),
    ].compactMap { $0 }
  }
}
