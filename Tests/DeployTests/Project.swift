// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The files that are under test.
enum Project {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  /// Where nothing may be skipped.
  static let requiresAll = ProcessInfo.processInfo.environment["SYNFIN_REQUIRE_LIVE"] == "1"

  /// What `make dist` has made; `nil` where it has not been run.
  static let dist = ProcessInfo.processInfo.environment["SYNFIN_DIST"]
  static let isPacked = dist != nil || requiresAll
  static let notPacked = "nothing has been packed: make dist"

  /// The version of the command line.
  static func version() throws -> String {
    let source = try text("Sources/synfin/Synfin.swift")
    return String(try #/static let version = "(.+)"/#.firstMatch(in: source)?.1 ?? "")
  }
}
