// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing

@testable import Timeline

/// The page in a headless Chromium, used as a reader does. What is done and expected is in
/// `browser/check.py`, a function for each of these.
@Suite(.serialized, .enabled(if: Browser.isTested, "there is no chromium or no python3 here"))
struct BrowserTests {
  @Test(arguments: [
    "stories", "drill", "search", "keys", "pointer", "overview", "place", "themes", "narrow",
    "accessible",
  ])
  func used(_ check: String) throws {
    let day = Day.mixed(600)
    try Browser.check(check, day.chart(), day.kinds)
  }

  @Test func whatIsMissingIsSaid() throws {
    var day = Day.mixed(60)
    day.losses.ring.transitions = 7
    try Browser.check("missing", day.chart(limit: 50), day.kinds)
  }

  @Test func hostileNamesAreText() throws {
    var day = Day()
    for name in ["</script><b>", "<img src=x>", "\u{1b}[31m", "\"'&amp;\\"] {
      for _ in 0..<3 { day.add(.closedByUs, Process(pid: 7, comm: Comm(name))) }
      day.add(.refused, Process(pid: 7, comm: Comm(name)))
    }
    try Browser.check(
      "hostile", day.chart(), day.kinds, about: .init(host: "</title><i>", filter: "<b>x</b>"))
  }

  @Test func aPageWithoutConnectionsSaysSo() throws {
    try Browser.check("empty", Day().chart(), [:])
  }

  @Test func manyAreAggregatedAndAllThere() throws {
    let day = Day.mixed(50_000, gap: 400_000)
    try Browser.check("many", day.chart(), day.kinds)
  }
}

private enum Browser {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "browser")

  /// Where everything is required, as in CI, a missing browser is a failure.
  static var isTested: Bool {
    if ProcessInfo.processInfo.environment["SYNFIN_REQUIRE_LIVE"] == "1" { return true }
    return (try? python("check.py", "there"))?.status == 0
  }

  static func check(
    _ name: String, _ chart: Chart, _ kinds: [Day.Kind: Int], about: HTMLPage.About = .init()
  ) throws {
    let place = FileManager.default.temporaryDirectory.appending(
      path: "synfin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: place) }
    let page = place.appending(path: "page.html")
    try Data(try Written(chart, about: about).html.utf8).write(to: page)
    let counts = kinds.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
    try Data(
      "{\"count\":\(chart.count),\"kinds\":{\(counts)},\"lines\":[\(chart.lines.joined(separator: ","))]}"
        .utf8
    ).write(to: place.appending(path: "expected.json"))
    let end = try python("check.py", name, place.path)
    #expect(end.status == 0, "\(end.output)")
  }

  private static func python(_ arguments: String...) throws -> (status: Int32, output: String) {
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.currentDirectoryURL = folder
    process.arguments = ["python3", "-B"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
