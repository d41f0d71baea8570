// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing
import Tour

extension Live {
  /// `synfin metrics --textfile`: the file is whole at every moment.
  @Suite struct TextfileTests {
    @Test func isWrittenAtEachIntervalAndAtTheEnd() throws {
      let folder = try Folder()
      let file = folder.path("synfin.prom")
      let tracer = try Tracer("metrics", "--textfile", file, "--interval", "0.2")
      try waitUntil("the file") { FileManager.default.fileExists(atPath: file) }
      let listener = try Socket.listening()
      let port = #"port="\#(listener.localPort)""#
      try makeOrderly(5, to: listener)
      try waitUntil("five connections in it") {
        Scrape(try folder.text("synfin.prom"))
          .sum("synfin_connections_opened_total", #"role="client""#, port) == 5
      }
      try makeOrderly(2, to: listener)
      try tracer.stop()
      let last = Scrape(try folder.text("synfin.prom"))
      #expect(last.sum("synfin_connections_closed_total", #"role="client""#, port) == 7)
      #expect(last["synfin_textfile_failures_total"] == 0)
      // Nothing of how it was written is left.
      #expect(try folder.names() == ["synfin.prom"])
    }

    /// A reader sees one whole text or another, whenever it looks.
    @Test func isAlwaysWhole() throws {
      let folder = try Folder()
      let tracer = try Tracer(
        "metrics", "--textfile", folder.path("synfin.prom"), "--interval", "0.1")
      try waitUntil("the file") { try folder.names().contains("synfin.prom") }
      for _ in 0..<300 {
        let text = try folder.text("synfin.prom")
        #expect(text.hasPrefix("# HELP") && text.hasSuffix("\n") && text.contains("process_"))
      }
      try tracer.stop()
    }

    /// A disk without room: what was there stays, it is counted, and it goes on once there is room.
    @Test func fullDisk() throws {
      let folder = try Folder()
      let disk = folder.path("disk")
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
      // Room for two texts of a namespace in which nothing goes on.
      try #require(unsafe mount("none", disk, "tmpfs", 0, "size=64k") == 0)
      defer { unsafe _ = umount(disk) }
      try Namespace.within { inode in
        let file = "\(disk)/synfin.prom"
        let tracer = try Tracer(
          "metrics", "--textfile", file, "--interval", "0.1", "--netns", "\(inode)")
        try waitUntil("the file") { FileManager.default.fileExists(atPath: file) }
        let stone = "\(disk)/stone"
        // As much as there is: the write fails, and what it has written stays.
        #expect(throws: (any Error).self) {
          try Data(count: 1 << 20).write(to: URL(filePath: stone), options: .withoutOverwriting)
        }
        try tracer.process.waitForLine(ending: "No space left on device; what was there stays")
        let kept = try String(contentsOfFile: file, encoding: .utf8)
        #expect(kept.hasPrefix("# HELP") && kept.hasSuffix("\n"))
        try FileManager.default.removeItem(atPath: stone)
        try waitUntil("it is counted") {
          let text = try String(contentsOfFile: file, encoding: .utf8)
          return Scrape(text)["synfin_textfile_failures_total"] ?? 0 > 0
        }
        try tracer.stop()
      }
    }

    @Test(arguments: ["/proc/nothing/here.prom", "/dev/null"])
    func cannotBeWritten(_ path: String) throws {
      let end = try Child.run(Product.path, "metrics", "--textfile", path)
      #expect(end.status != 0 && end.stderr.contains(path), "\(end.stderr)")
      #expect(!end.stderr.contains("attached"))
    }
  }
}
