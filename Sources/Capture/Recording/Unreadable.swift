// SPDX-License-Identifier: Apache-2.0

/// Why a file cannot be read as a recording, in one sentence.
public struct Unreadable: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ path: String, _ reason: String) { description = "\(path) \(reason)" }
}
