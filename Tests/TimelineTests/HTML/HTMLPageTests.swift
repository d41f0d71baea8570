// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing

@testable import Timeline

/// The page as a file. What a browser makes of it is in BrowserTests.
struct HTMLPageTests {
  @Test func aScriptInANameIsText() throws {
    var day = Day()
    let name = "</script><b>"
    day.add(.closedByUs, Process(pid: 1, comm: Comm(name)))
    let written = try Written(
      day.chart(),
      about: .init(host: "<!--<script>", kernel: "\"\\\u{1}", filter: "--comm </script>"),
      cgroupPath: "/]]></script><img src=x>")
    let page = try Written(Day().chart()).html
    // As many tags as in a page without connections: none came with the names.
    for tag in ["<script", "</script", "<!--", "<b>", "<img"] {
      #expect(written.html.ranges(of: tag).count == page.ranges(of: tag).count, "\(tag)")
    }
    #expect(written.recording["host"] as? String == "<!--<script>")
    let owners = (written.recording["tracks"] as? [[String: Any]] ?? [])
      .compactMap { ($0["owner"] as? [String: Any])?["comm"] as? String }
    #expect(owners == [name])
  }

  @Test func loadsNothingAndRunsOnlyItsOwn() throws {
    let html = try Written(Day.mixed(50).chart()).html
    #expect(!html.contains("http://") && !html.contains("https://"))
    for way in [
      "src=", "href=", "@import", "url(", "eval(", "new Function", "innerHTML", "style=\"",
    ] {
      #expect(!html.contains(way), "\(way)")
    }
    #expect(html.contains("default-src 'none'; script-src 'nonce-"))
    #expect(!html.contains("{{"))
  }

  /// A replay writes the same bytes, so the nonce is of what is in the page.
  @Test func thePageIsTheSameForTheSameRecording() throws {
    let pages = try (0..<2).map { _ in try Written(Day().chart()).html }
    #expect(pages[0] == pages[1])
    let nonce = try #require(pages[0].firstMatch(of: /script-src 'nonce-([0-9a-f]+)'/)).1
    #expect(nonce.count == 32)
  }

  @Test func everyBarIsThereOnce() throws {
    let day = Day.mixed(400)
    let written = try Written(day.chart())
    #expect(written.recording["count"] as? Int == 400)
    let tracks = written.recording["tracks"] as? [[String: Any]] ?? []
    let counts = tracks.flatMap { $0["groups"] as? [[String: Any]] ?? [] }
      .compactMap { $0["count"] as? Int }
    #expect(counts.reduce(0, +) == 400)
    #expect(tracks.count == Day.processes.count + 1, "and those of nobody")
    // outcome, beginning, end, when it began, when it was closed, and its phases
    var numbers = written.numbers("bars")[...]
    var outcomes: [Int: Int] = [:]
    var phases = 0
    while !numbers.isEmpty {
      outcomes[Int(numbers.removeFirst()), default: 0] += 1
      numbers = numbers.dropFirst(4)
      let count = Int(numbers.removeFirst())
      phases += count
      numbers = numbers.dropFirst(2 * count)
    }
    #expect(phases == written.recording["phases"] as? Int)
    let words = (written.recording["outcomes"] as? [[String: Any]] ?? [])
      .map { $0["word"] as? String }
    let refused = try #require(words.firstIndex(of: "refused"))
    #expect(outcomes[refused] == day.kinds[.refused])
    #expect(outcomes.values.reduce(0, +) == 400)
  }

  @Test func whatIsMissingIsNumbered() throws {
    var day = Day.mixed(40)
    day.losses.ring.transitions = 7
    let written = try Written(day.chart(limit: 30))
    #expect(written.recording["count"] as? Int == 30)
    #expect(written.recording["dropped"] as? Int == 10)
    #expect((written.recording["lost"] as? [String: Int])?["ring"] == 7)
  }

  @Test func nobodysNameIsNull() throws {
    let written = try Written(Day().chart())
    #expect(written.recording["host"] is NSNull)
    #expect(written.recording["count"] as? Int == 0)
  }
}
