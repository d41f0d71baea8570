// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// What is recorded is what is replayed, byte for byte.
  @Suite struct RecordTests {
    @Test(arguments: [
      ["trace"], ["trace", "--transitions"], ["trace", "--json"],
      ["trace", "--json", "--transitions"], ["timewait", "--json", "--interval", "0.3"],
      ["top", "--json", "--interval", "0.3"], ["top", "--interval", "0.5"],
      ["timeline"], ["timeline", "--json"], ["timeline", "--format", "perfetto"],
      ["timeline", "--format", "html"],
    ])
    func sameBytes(_ command: [String]) throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        // Found, and not told of: held by this process.
        let before = try Pair()
        let tracer = try Tracer(
          command + ["--record", folder.file(), "--netns", "\(inode)"])
        try makeMixed(7)
        before.client.close()
        usleep(700_000)
        try makeMixed(2)
        let live = try tracer.stop()
        let replayed = try Replayed.run(command + ["--netns", "\(inode)"], folder.file())
        #expect(!live.end.stdout.isEmpty && replayed.end.stdout == live.end.stdout)
        #expect(summary(replayed) == summary(live))
        #expect(Replayed.complaints(replayed).isEmpty)
      }
    }

    /// What was lost is lost in the recording as well, at the same time.
    @Test(arguments: [["trace"], ["trace", "--json", "--transitions"]])
    func sameLosses(_ command: [String]) throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let tracer = try Tracer(
          command + [
            "--record", folder.file(), "--netns", "\(inode)", "--ring-kib", "4", "--duration", "3",
          ])
        for _ in 0..<3 {
          tracer.process.signal(SIGSTOP)
          try makeOrderly(100, to: Socket.listening())
          tracer.process.signal(SIGCONT)
          try makeOrderly(10, to: Socket.listening())
        }
        let live = try tracer.finished()
        #expect(live.end.stderr.contains("synfin: lost records: ring "))
        let replayed = try Replayed.run(command, folder.file())
        #expect(replayed.end.stdout == live.end.stdout)
        #expect(summary(replayed) == summary(live))
      }
    }

    /// What it says at its end is what a replay counts.
    @Test func recorderCounts() throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let existing = [try Pair(), try Pair(), try Pair()]
        let recorder = try Tracer("record", "-o", folder.file(), "--netns", "\(inode)", "--json")
        try makeOrderly(53, to: Socket.listening())
        for pair in existing { pair.client.close() }
        let totals = try recorder.stop().totals()
        #expect(totals.connections == 2 * (53 + 3) && totals.allLost == 0)
        let replayed = try Replayed.run(["trace", "--json"], folder.file())
        #expect(try replayed.totals().connections == totals.connections)
        #expect(try replayed.totals().transitions == totals.transitions)
        #expect(try replayed.ends().count == totals.connections)
        #expect(Replayed.complaints(replayed).isEmpty)
      }
    }

    /// What was there before is in the recording, with who holds it.
    @Test func startUpScan() throws {
      let folder = try RecordingFolder()
      let listener = try Socket.listening()
      let visitor = try Visitor(to: listener)
      let recorder = try Tracer("record", "-o", folder.file())
      try visitor.sendAway()
      try recorder.stop()
      let ends = try Replayed.run(["trace", "--json"], folder.file()).ends(of: visitor.ports)
      let guest = try #require(ends.first { $0.remotePort == visitor.ports.server })
      #expect(ends.count == 2 && guest.open == "existing" && guest.openedUs == nil)
      #expect(guest.owner?.pid == visitor.pid && guest.owner?.comm == "visitor")
      #expect(guest.owner?.from == "scan" && guest.firstFin == "remote")
    }

    @Test func onlyOneNamespace() throws {
      let folder = try RecordingFolder()
      try Namespace.within { inode in
        let recorder = try Tracer("record", "-o", folder.file(), "--netns", "\(inode)")
        try makeOrderly(11, to: Socket.listening())
        try Namespace.within { _ in try makeOrderly(13, to: Socket.listening()) }
        try recorder.stop()
        let ends = try Replayed.run(["trace", "--json"], folder.file()).ends()
        #expect(ends.count == 22 && ends.allSatisfy { $0.netns == inode })
      }
    }

    /// Everything is recorded, and chosen from when it is replayed.
    @Test func filtersAreForTheReplay() throws {
      let folder = try RecordingFolder()
      let listeners = [try Socket.listening(), try Socket.listening()]
      let port = listeners[0].localPort
      let recorder = try Tracer(
        "record", "-o", folder.file(), "--duration", "1.5", "--port", "\(port)")
      try makeOrderly(5, to: listeners[0])
      try makeOrderly(7, to: listeners[1])
      let run = try recorder.finished()
      #expect(run.end.stderr.contains("everything is recorded"))
      for (filter, count) in [("--port", 5), ("--remote-port", 5)] {
        let replayed = try Replayed.run(
          ["trace", "--json", filter, "\(port)"], folder.file())
        #expect(try replayed.ends().count == count)
      }
      let other = listeners[1].localPort
      let replayed = try Replayed.run(["trace", "--json", "--port", "\(other)"], folder.file())
      #expect(try replayed.ends().count == 7)
    }

    /// What is there already is not written over, and what it becomes is said.
    @Test func whatIsThereIsPutAside() throws {
      let folder = try RecordingFolder()
      for number in 1...3 {
        let recorder = try Tracer("record", "-o", folder.file(), "--duration", "0.2")
        let told = try recorder.finished().end.stderr
        #expect(told.contains("is now \(folder.file()).\(number - 1)") == (number > 1))
      }
      #expect(try folder.files().count == 3)
      for file in try folder.files() { _ = try Replayed.run(["trace"], file) }
    }

    private func summary(_ run: Run) -> Substring? {
      run.end.stderr.split(separator: "\n").last { $0.hasPrefix("synfin: summary ") }
    }
  }
}
