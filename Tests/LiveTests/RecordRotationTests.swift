// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// A recording in several files, each of which is one.
  @Suite struct RecordRotationTests {
    /// By time, with connections that live on from one file to the next.
    @Test func byTime() throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let recorder = try Tracer(
          "record", "-o", folder.file(), "--netns", "\(inode)", "--rotate-seconds", "1")
        let listener = try Socket.listening()
        let lasting = [try Pair(), try Pair(), try Pair()]
        var made = 0
        while try folder.files().count < 4 {
          try makeOrderly(7, to: listener)
          made += 7
        }
        for pair in lasting { pair.closeAtOnce(pair.client, pair.server) }
        let told = try recorder.stop().end.stderr
        #expect(told.contains(" and \(try folder.files().count) files"), "\(told)")
        try expectWhole(folder, listener.localPort, made)

        // Open at the end of a file, and there before in the next.
        for ports in lasting.map(\.ports) {
          let stories = try folder.files().map {
            try Replayed.run(["trace", "--json"], $0).ends(of: ports)
          }
          #expect(stories.allSatisfy { $0.count == 2 })
          for end in stories[0] { #expect(end.open != "existing" && end.close == nil) }
          for end in stories[1...].joined() { #expect(end.open == "existing") }
          for end in stories.dropLast().joined() {
            #expect(end.close == nil && end.closedUs == nil)
          }
          for end in stories[stories.count - 1] { #expect(end.close == "three_way", "\(end)") }
        }
      }
    }

    @Test func bySize() throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let recorder = try Tracer(
          "record", "-o", folder.file(), "--netns", "\(inode)", "--rotate-mib", "1")
        let listener = try Socket.listening()
        var made = 0
        while try folder.files().count < 3 {
          try makeOrderly(101, to: listener)
          made += 101
        }
        try recorder.stop()
        for file in try folder.files().dropLast() {
          let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
          #expect((1 << 20..<3 << 20).contains(size))
        }
        try expectWhole(folder, listener.localPort, made)
      }
    }

    /// What was there before this run is not removed by it.
    @Test func keepsSome() throws {
      let folder = try RecordingFolder()
      try Data("somebody's".utf8).write(to: URL(filePath: folder.file("recording.5")))
      let recorder = try Tracer(
        "record", "-o", folder.file(), "--rotate-seconds", "1", "--keep", "2")
      try waitUntil("a fourth file") {
        FileManager.default.fileExists(atPath: folder.file("recording.9"))
      }
      try recorder.stop()
      let files = try folder.files().map { URL(filePath: $0).lastPathComponent }
      #expect(files.first == "recording.5" && files.count == 4 && files.last == "recording")
      #expect(!files.contains("recording.6") && !files.contains("recording.7"))
    }

    /// Each file by itself is a recording, and all of them together have every connection once.
    private func expectWhole(_ folder: RecordingFolder, _ port: UInt16, _ made: Int) throws {
      var ended = 0
      for file in try folder.files() {
        let run = try Replayed.run(["trace", "--json"], file)
        #expect(Replayed.complaints(run).isEmpty, "\(run.end.stderr)")
        #expect(try run.totals().allLost == 0)
        ended += try run.ends(port: port).count { $0.closedUs != nil }
      }
      #expect(ended == 2 * made)
    }
  }
}
