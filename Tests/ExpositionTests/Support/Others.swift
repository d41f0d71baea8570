// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Programs of others that read what is written here. `make check-prometheus` fetches them; where
/// SYNFIN_REQUIRE_LIVE is set, none may be missing.
enum Others {
  private static let environment = ProcessInfo.processInfo.environment
  private static let isRequired = environment["SYNFIN_REQUIRE_LIVE"] == "1"

  private static let promtool = (environment["SYNFIN_PROMETHEUS"] ?? "") + "/promtool"
  private static let client = environment["SYNFIN_PROMETHEUS_CLIENT"] ?? ""

  static let havePromtool = isRequired || FileManager.default.isExecutableFile(atPath: promtool)
  static let haveClient =
    isRequired || FileManager.default.fileExists(atPath: client + "/prometheus_client")

  /// A family as another parser has read it.
  struct Family: Decodable {
    let name: String
    let type: String
    let unit: String
    let help: String
    let samples: [Sample]
  }

  struct Sample: Decodable {
    let name: String
    let labels: [String: String]
    let value: Double
  }

  /// What Python's prometheus_client reads: its strict parser of OpenMetrics, or that of the text format.
  static func parse(_ text: String, as format: String) throws -> [Family] {
    let (status, output) = try run(
      ["python3", Files.script("read.py"), format], with: text, ["PYTHONPATH": client])
    try #require(status == 0, "it says why on stderr")
    return try JSONDecoder().decode([Family].self, from: output)
  }

  /// What `promtool check` has to say of metrics or rules.
  static func check(_ what: String, _ text: String) throws -> (status: Int32, said: String) {
    let file = what == "rules" ? ["/dev/stdin"] : []
    let (status, output) = try run([promtool, "check", what] + file, with: text)
    return (status, String(decoding: output, as: UTF8.self))
  }

  private static func run(
    _ words: [String], with input: String, _ more: [String: String] = [:]
  ) throws -> (status: Int32, output: Data) {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try input.write(to: file, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.environment = environment.merging(more) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = output
    process.standardError = words[0] == promtool ? output : FileHandle.standardError
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, said)
  }
}
