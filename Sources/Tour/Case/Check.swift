// SPDX-License-Identifier: Apache-2.0

/// A claim of an explanation, and whether the kernel bore it out.
package struct Check: Sendable, Equatable {
  package let claim: String
  package let answer: Answer
  /// Whether the claim is all that synfin says of an end.
  package var isVerdict = false

  package enum Answer: Sendable, Equatable {
    case yes
    /// The kernel did otherwise: what it did, where that can be said.
    case no(String?)
    /// It cannot be known here, and why.
    case unknown(String)

    package var word: StaticString {
      switch self {
      case .yes: "yes"
      case .no: "no"
      case .unknown: "unknown"
      }
    }

    /// What was found instead, or why it is not known.
    package var remark: String? {
      switch self {
      case .yes: nil
      case .no(let found): found
      case .unknown(let why): why
      }
    }
  }

  package init(_ claim: String, answer: Answer) {
    self.claim = claim
    self.answer = answer
  }

  /// - Parameter found: what there is instead, where it is not so.
  package init(_ claim: String, _ isSo: Bool, found: @autoclosure () -> String? = nil) {
    self.init(claim, answer: isSo ? .yes : .no(found()))
  }

  /// - Parameters:
  ///   - isSo: `nil` where it cannot be known.
  ///   - why: why it cannot.
  package init(
    _ claim: String, _ isSo: Bool?, else why: @autoclosure () -> String,
    found: @autoclosure () -> String? = nil
  ) {
    switch isSo {
    case nil: self.init(claim, answer: .unknown(why()))
    case let isSo?: self.init(claim, isSo, found: found())
    }
  }
}

/// How many claims came to what.
package struct Tally: Sendable, Equatable {
  package var held = 0
  package var contradicted = 0
  package var unknown = 0

  package init() {}

  package mutating func add(_ check: Check) {
    switch check.answer {
    case .yes: held += 1
    case .no: contradicted += 1
    case .unknown: unknown += 1
    }
  }
}
