// SPDX-License-Identifier: Apache-2.0

/// What is asked of a ``Site``.
public struct Request: Equatable, Sendable {
  /// As it was sent, percent signs and all; without the query.
  public var path: String
  /// The values of all `Accept` fields.
  public var accept: [String]

  public init(path: String, accept: [String] = []) {
    self.path = path
    self.accept = accept
  }
}
