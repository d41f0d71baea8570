// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// `synfin timeline --format html` of known connections. What the page does is in TimelineTests.
  @Suite struct TimelinePageTests {
    @Test func thePageHasEachEnd() throws {
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "synfin-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(at: folder) }
      let page = folder.appending(path: "page.html")
      let tracer = try Tracer("timeline", "--format", "html", "-o", page.path)
      let listener = try Socket.listening()
      let port = listener.localPort
      try makeOrderly(7, to: listener)
      #expect(try tracer.stop().end.stdout == "")

      let recording = try recording(in: String(contentsOf: page, encoding: .utf8))
      #expect(recording["host"] as? String == ProcessInfo.processInfo.hostName)
      #expect((recording["lost"] as? [String: Int])?.values.allSatisfy { $0 == 0 } == true)
      let mine = (recording["tracks"] as? [[String: Any]] ?? [])
        .first { ($0["owner"] as? [String: Any])?["pid"] as? Int == ownPID }
      let groups = mine?["groups"] as? [[String: Any]] ?? []
      func count(_ role: String, _ service: String) -> Int? {
        groups.first { $0["role"] as? String == role && $0["service"] as? String == service }?[
          "count"]
          as? Int
      }
      #expect(count("client", "127.0.0.1:\(port)") == 7, "\(groups)")
      #expect(count("server", ":\(port)") == 7, "\(groups)")
    }

    private func recording(in html: String) throws -> [String: Any] {
      let begin = try #require(html.firstRange(of: "type=\"application/json\">"))
      let rest = html[begin.upperBound...]
      let end = try #require(rest.firstRange(of: "</script>"))
      let parsed = try JSONSerialization.jsonObject(with: Data(rest[..<end.lowerBound].utf8))
      return try #require(parsed as? [String: Any])
    }
  }
}
