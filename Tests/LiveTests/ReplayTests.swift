// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// A recording is read by anybody, from a file or a pipe.
  @Suite struct ReplayTests {
    /// Without a right but to read the file.
    @Test func asNobody() throws {
      let folder = try RecordingFolder()
      let program = try Program()
      try Namespace.within { inode in
        let tracer = try Tracer(
          "trace", "--json", "--record", folder.file(), "--netns", "\(inode)")
        try makeMixed(3)
        let live = try tracer.stop()
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o644], ofItemAtPath: folder.file())
        let end = try Child([
          "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs",
          "--bounding-set=-all", program.path, "trace", "--json", "--replay", folder.file(),
        ]).wait()
        #expect(end.status == 0 && end.stdout == live.end.stdout, "\(end.stderr)")
      }
    }

    /// A recorder and a reader, one behind the other.
    @Test func throughAPipe() throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let command =
          "\(Product.word) record -o - --netns \(inode) --duration 2 | tee \(folder.file()) | "
          + "\(Product.word) trace --json --replay -"
        let both = try Child(["sh", "-c", command])
        try both.waitForLine(beginning: "synfin: attached")
        try makeOrderly(97, to: Socket.listening())
        // It is told as it comes, and not only at the end.
        try waitUntil("what was made") {
          try objects("connection", in: both.stdout, as: End.self).count == 194
        }
        let end = try both.wait()
        #expect(end.status == 0, "\(end.stderr)")
        let replayed = try Replayed.run(["trace", "--json"], folder.file())
        #expect(try replayed.ends().count == 194 && replayed.end.stdout == end.stdout)
      }
    }

    /// As `synfin record -o - | head -c 1`, and `synfin trace --replay file | head -n 1`.
    @Test func readerLeaves() throws {
      let folder = try RecordingFolder()
      // The recorder is the last to end.
      let command = "{ \(Product.word) record -o - --duration 10; echo status $? >&2; } | head -c 1"
      let recorder = try Child(["sh", "-c", command])
      try recorder.waitForLine(beginning: "synfin: attached")
      let end = try recorder.wait()
      #expect(
        end.stderr.contains("status 0") && !end.stderr.contains("Broken pipe"), "\(end.stderr)")

      _ = try Tracer("record", "-o", folder.file(), "--duration", "0.5").finished()
      let short =
        "{ \(Product.word) trace --replay \(folder.file()); echo status $? >&2; } | head -n 1"
      let reader = try Child.run("sh", "-c", short)
      #expect(reader.stderr.contains("status 0") && !reader.stderr.contains("Broken pipe"))
    }

    /// One that waits for more from a pipe is stopped like any other.
    @Test(arguments: [SIGINT, SIGTERM]) func silentPipeIsStopped(_ signal: CInt) throws {
      let folder = try RecordingFolder()
      _ = try Tracer("record", "-o", folder.file(), "--duration", "2.5").finished()
      let whole = try Data(contentsOf: URL(filePath: folder.file()))
      // Without its end.
      let fifo = folder.file("fifo")
      try #require(unsafe mkfifo(fifo, 0o600) == 0)
      let reader = try Child([Product.path, "trace", "--replay", fifo])
      let writer = unsafe open(fifo, O_WRONLY | O_CLOEXEC)
      defer { close(writer) }
      let rest = Array(whole.dropLast(40))
      #expect(
        unsafe rest.withUnsafeBytes { unsafe write(writer, $0.baseAddress, $0.count) } == rest.count
      )
      try reader.waitForLine(beginning: "synfin: replaying")
      reader.signal(signal)
      let end = try reader.wait()
      #expect(end.status == 0 && end.stderr.contains("synfin: summary"), "\(end.stderr)")
      // It was not all that there is, by request.
      #expect(!end.stderr.contains("ends without an end"))
    }

    /// Only so much of it as a duration asks for.
    @Test func duration() throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let recorder = try Tracer("record", "-o", folder.file(), "--netns", "\(inode)")
        try makeOrderly(5, to: Socket.listening())
        usleep(1_500_000)
        try makeOrderly(7, to: Socket.listening())
        try recorder.stop()
        let some = try Replayed.run(["trace", "--json", "--duration", "1.2"], folder.file())
        #expect(try some.ends().count == 10 && Replayed.complaints(some).isEmpty)
        let all = try Replayed.run(["trace", "--json", "--duration", "600"], folder.file())
        #expect(try all.ends().count == 24)
      }
    }
  }
}
