// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Whatever becomes of the recorder, what it has written reads back.
  @Suite struct RecordSafetyTests {
    private static let prime = 211

    /// SIGKILL, at any moment and under load.
    @Test(arguments: 1...3) func killed(_ round: Int) throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let recorder = try Tracer("record", "-o", folder.file(), "--netns", "\(inode)")
        let listener = try Socket.listening()
        try makeOrderly(Self.prime, to: listener)
        // Another process can read them while the first still writes.
        try waitUntil("what was made, in the recording") {
          try Replayed.run(["trace", "--json"], folder.file()).ends(port: listener.localPort)
            .count { $0.closedUs != nil } == 2 * Self.prime
        }
        let size = folder.size()
        let load = try Socket.listening()
        while folder.size() == size { try makeOrderly(50, to: load) }
        try makeOrderly(50 * round, to: load)
        recorder.process.signal(SIGKILL)
        _ = try recorder.process.wait()

        let replayed = try Replayed.run(["trace", "--json"], folder.file())
        let complaints = Replayed.complaints(replayed)
        #expect(complaints.count == 1, "\(complaints)")
        #expect(complaints.first?.contains("ends without an end") == true)
        try expectTruth(replayed, listener.localPort)
        // Of the rest, whatever there is, nothing is wrong.
        for end in try replayed.ends(port: load.localPort) {
          expectNothingWrong(end, load.localPort)
        }
        #expect(try replayed.totals().allLost == 0)
      }
    }

    /// A disk that is full, or a file that may not be any longer.
    @Test(arguments: ["tmpfs", "limit"]) func diskIsFull(_ what: String) throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let mount = folder.file("mount")
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
        let record = "\(Product.word) record -o \(mount)/full --netns \(inode) --duration 20"
        // The mount is of a mount namespace that ends with the command.
        let small = "mount -t tmpfs -o size=256k none \(mount) && \(record); status=$?"
        let script =
          what == "tmpfs"
          ? "\(small); cp \(mount)/full \(folder.file()); exit $status"
          : "prlimit --fsize=262144 \(record); status=$?; cp \(mount)/full \(folder.file()); exit $status"
        let recorder = try Child(["unshare", "-m", "sh", "-c", script])
        try recorder.waitForLine(beginning: "synfin: attached")
        let listener = try Socket.listening()
        try makeOrderly(Self.prime, to: listener)
        usleep(1_500_000)
        let load = try Socket.listening()
        for _ in 0..<100 where !recorder.stderr.contains("synfin: writing ") {
          try makeOrderly(100, to: load)
        }
        let end = try recorder.wait()
        #expect(end.status == 1, "\(end.stderr)")
        let word = what == "tmpfs" ? "No space left on device" : "File too large"
        let told = end.stderr.split(separator: "\n").filter { $0.contains(word) }
        #expect(
          told.count == 1 && told.first?.hasPrefix("synfin: writing ") == true, "\(end.stderr)")

        #expect(folder.size() <= 262_144)
        let replayed = try Replayed.run(["trace", "--json"], folder.file())
        #expect(Replayed.complaints(replayed).count == 1)
        #expect(replayed.end.stderr.contains("ends without an end"), "\(replayed.end.stderr)")
        try expectTruth(replayed, listener.localPort)
        #expect(!(try KernelTables.text("/proc/self/mounts")).contains(mount))
      }
    }

    /// A trace that records as well goes on to its own end, and says both.
    @Test func diskIsFullUnderATrace() throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let tracer = try Child(
          [
            "prlimit", "--fsize=4096", Product.path, "trace", "--json", "--netns", "\(inode)",
            "--record", folder.file(), "--duration", "20",
          ], stdout: nil)
        try tracer.waitForLine(beginning: "synfin: attached")
        try makeOrderly(Self.prime, to: Socket.listening())
        let end = try tracer.wait()
        #expect(end.status == 1 && end.stderr.contains("File too large"), "\(end.stderr)")
        #expect(end.stderr.contains("synfin: summary "))
        _ = try Replayed.run(["trace"], folder.file())
      }
    }

    /// Every connection to this port is there, both ends, and right.
    private func expectTruth(_ run: Run, _ port: UInt16) throws {
      let ends = try run.ends(port: port)
      #expect(ends.count == 2 * Self.prime)
      for end in ends {
        expectNothingWrong(end, port)
        #expect(end.close == "four_way" || end.close == "three_way", "\(end)")
        #expect(end.open == (end.localPort == port ? "passive" : "active"))
        #expect(end.owner?.pid == ownPID && end.closedUs != nil)
      }
    }

    /// Of connections that the client closed first.
    private func expectNothingWrong(_ end: End, _ port: UInt16) {
      expectOrderlyOrUnknown(end, isClient: end.remotePort == port)
    }
  }
}
