// SPDX-License-Identifier: Apache-2.0

/// Something that is made to happen, with what it is to show.
package struct Case: Sendable {
  /// In JSON, and stable: `late-syn`.
  package let name: String
  package let title: String
  /// What the reader is about to see, and why it is so: 2 to 6 lines of 76 columns.
  package let explanation: String
  package let place: Place
  package let numbers: Numbers
  package let play: @Sendable (Link, inout Log) throws -> Judge
  /// What else was measured, as the evidence says.
  package let facts: @Sendable (Evidence) -> [Fact]

  /// Once all is told: what the explanation claims, held against it.
  package typealias Judge = (Evidence) -> [Check]

  package enum Place: Sendable {
    /// Two hosts with a wire between them that drops, holds and forges: it takes /dev/net/tun.
    case wire
    /// That if it can be had, else loopback; so no rules, and nothing forged.
    case either
    case loopback
  }

  /// How a ladder counts sequence numbers.
  package enum Numbers: Sendable {
    /// From the initial one of each side on.
    case relative
    /// As they are on the wire.
    case absolute
  }

  package init(
    _ name: String, _ title: String, _ explanation: String, place: Place = .either,
    numbers: Numbers = .relative, play: @escaping @Sendable (Link, inout Log) throws -> Judge,
    facts: @escaping @Sendable (Evidence) -> [Fact] = { _ in [] }
  ) {
    self.name = name
    self.title = title
    self.explanation = explanation
    self.place = place
    self.numbers = numbers
    self.play = play
    self.facts = facts
  }
}

/// Why a case cannot be made to happen on this host, in a few words.
package struct Unplayable: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
