// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Glibc

extension SourceChoice {
  /// What the environment asks for; `nil` where it leaves that to the host.
  static func asked() throws -> SourceChoice? {
    guard let text = unsafe getenv(variable) else { return nil }
    let asked = unsafe String(cString: text)
    if asked.isEmpty { return nil }
    guard let choice = SourceChoice(rawValue: asked) else {
      throw ValidationError(
        "\(variable) is '\(asked)', and can be "
          + allCases.map(\.rawValue).joined(separator: ", ") + " or nothing")
    }
    return choice
  }
}
