// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Files of the project, where its source is.
enum Files {
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What is expected, under Expected/.
  static func expected(_ name: String) throws -> String {
    try String(contentsOf: tests.appending(path: "Expected/\(name)"), encoding: .utf8)
  }

  /// The path of a script under Prometheus/.
  static func script(_ name: String) -> String { tests.appending(path: "Prometheus/\(name)").path }

  static func documentation() throws -> String {
    try String(
      contentsOf: tests.appending(path: "../../docs/metrics.md").standardized, encoding: .utf8)
  }
}
