// SPDX-License-Identifier: Apache-2.0
package import Foundation

/// The files that are shipped beside the program.
package enum Repository {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  package static func file(_ path: String) -> URL { root.appending(path: path) }

  package static func text(_ path: String) throws -> String {
    try String(contentsOf: file(path), encoding: .utf8)
  }
}

/// Prometheus' own programs, in the folder that SYNFIN_PROMETHEUS names.
package enum PrometheusTools {
  private static let folder = ProcessInfo.processInfo.environment["SYNFIN_PROMETHEUS"]

  package static var promtool: String { path(of: "promtool") }
  package static var server: String { path(of: "prometheus") }

  private static func path(of program: String) -> String { "\(folder ?? "")/\(program)" }

  /// Where SYNFIN_REQUIRE_LIVE is set, nothing is skipped.
  package static let areTested: Bool = {
    if ProcessInfo.processInfo.environment["SYNFIN_REQUIRE_LIVE"] == "1" { return true }
    return [promtool, server].allSatisfy(FileManager.default.isExecutableFile(atPath:))
  }()

  package static let missing = "SYNFIN_PROMETHEUS names no folder with prometheus and promtool"
}
