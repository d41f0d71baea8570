// SPDX-License-Identifier: Apache-2.0

/// Why synfin cannot trace here: one sentence that says what to do.
public struct Refusal: Error, Equatable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// The caller lacks a right (exit status 77).
    case notPermitted
    /// The host cannot do it for anybody (exit status 69).
    case unsupported
    /// It should have worked (exit status 1).
    case failed
  }

  public let kind: Kind
  public let sentence: String
  /// libbpf's own words, which `-v` shows.
  public let log: String

  public init(_ kind: Kind, _ sentence: String, log: String = "") {
    self.kind = kind
    self.sentence = sentence
    self.log = log
  }

  public var description: String { sentence }
}
