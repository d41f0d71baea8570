// SPDX-License-Identifier: Apache-2.0

/// One question to the host, and its answer.
public struct Check: Equatable, Sendable {
  public enum Answer: String, Sendable {
    case yes, no
    /// It could not be found out; the detail says why.
    case unknown
  }

  public let name: String
  public let answer: Answer
  /// What was found, in few words.
  public let detail: String
  /// What of synfin depends on it.
  public let decides: String

  init(_ name: String, _ answer: Answer, _ detail: String, decides: String) {
    self.name = name
    self.answer = answer
    self.detail = detail
    self.decides = decides
  }

  init(_ name: String, _ isTrue: Bool?, _ detail: String, decides: String) {
    let answer: Answer =
      switch isTrue {
      case true?: .yes
      case false?: .no
      case nil: .unknown
      }
    self.init(name, answer, detail, decides: decides)
  }
}
