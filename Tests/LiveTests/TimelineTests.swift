// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// `synfin timeline`: known connections of two processes, and what is drawn of them.
  @Suite struct TimelineTests {
    /// The rows of a picture, each behind the title of its track.
    private func rows(_ picture: String) -> [(track: String, row: String)] {
      var track = ""
      return picture.split(separator: "\n").compactMap { line in
        if line.prefixMatch(of: /:[0-9?]/) != nil { return (track, String(line)) }
        track = String(line)
        return nil
      }
    }

    /// In a namespace of their own, for what else there is on a host has its tracks as well.
    @Test func drawsEachEnd() throws { try Namespace.within { try drawEachEnd(in: $0) } }

    private func drawEachEnd(in inode: UInt64) throws {
      let listener = try Socket.listening()
      let acceptor = try Acceptor(listener, comm: "acceptor")
      let tracer = try Tracer(
        "timeline", "--netns", "\(inode)", environment: ["COLUMNS": "120", "LC_ALL": "C"])
      let port = listener.localPort

      let closed = try Socket.connected(to: listener)
      try acceptor.obey(.accept)
      let closedPort = closed.localPort
      closed.close()
      try acceptor.obey(.close)

      let reset = try Socket.connected(to: listener)
      try acceptor.obey(.accept)
      let resetPort = reset.localPort
      try reset.setLingerZero()
      reset.close()
      try acceptor.obey(.close)

      let refused = try Socket()
      let free = try Socket.freePort()
      #expect(throws: Socket.Failure.self) { try refused.connect(.loopback, port: free) }

      let left = try Socket.connected(to: listener)
      try acceptor.obey(.accept)
      try left.shutdownWriting()
      try waitUntil("CLOSE_WAIT") {
        try KernelTables.row(local: port, remote: left.localPort)?.state == .closeWait
      }
      let picture = try tracer.stop().end.stdout
      let rows = rows(picture)

      func expect(
        _ local: UInt16, _ mark: String, _ remote: UInt16, of pid: Int, _ end: String,
        sourceLocation: SourceLocation = #_sourceLocation
      ) {
        let row = rows.filter {
          $0.row.hasPrefix(":\(local) ") && $0.row.contains(" \(mark) 127.0.0.1:\(remote) ")
        }
        #expect(row.count == 1, "\(picture)", sourceLocation: sourceLocation)
        #expect(
          row.first?.row.hasSuffix(" \(end)") == true, "\(picture)", sourceLocation: sourceLocation)
        #expect(
          row.first?.track.contains("/\(pid): ") == true, "\(picture)",
          sourceLocation: sourceLocation)
      }
      expect(closedPort, ">", port, of: ownPID, "closed by us")
      expect(port, "<", closedPort, of: acceptor.pid, "closed by peer")
      expect(resetPort, ">", port, of: ownPID, "reset by us")
      expect(port, "<", resetPort, of: acceptor.pid, "reset by peer")
      expect(left.localPort, ">", port, of: ownPID, "FIN_WAIT2")
      expect(port, "<", left.localPort, of: acceptor.pid, "CLOSE_WAIT")
      #expect(
        rows.contains { $0.row.contains(" > 127.0.0.1:\(free) ") && $0.row.hasSuffix(" refused") })

      #expect(picture.contains("\nacceptor/\(acceptor.pid): 3 connections, 1 reset by peer\n"))
      // Neither colour nor cursor movement in a file, and no blocks where the locale has none.
      #expect(picture.utf8.allSatisfy { $0 == 10 || (32...126).contains($0) })
      for line in picture.split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
    }

    /// What there is of a connection in a trace for other tools is what `--json` says of it.
    @Test func traceEvents() throws {
      let folder = try Folder()
      let file = folder.url.appending(path: "trace.json")
      let recording = folder.url.appending(path: "recording").path
      let tracer = try Tracer(
        "timeline", "--format", "perfetto", "-o", file.path, "--record", recording)
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      try tracer.stop()

      let told = try Child([Product.path, "timeline", "--json", "--replay", recording]).wait()
      let ends = try objects("connection", in: told.stdout, as: End.self)
      let trace = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
      let events = try #require(trace?["traceEvents"] as? [[String: Any]])
      for local in [pair.ports.client, pair.ports.server] {
        let end = try #require(ends.first { $0.localPort == local })
        let own = events.filter { ($0["id2"] as? [String: String])?["local"] == "\(end.id)" }
        #expect(own.allSatisfy { $0["pid"] as? Int == ownPID })
        let begun = own.filter { $0["ph"] as? String == "b" }
        let arguments = try #require(begun.first?["args"] as? [String: Any])
        let connection = try #require(arguments["connection"] as? [String: Any])
        #expect(connection["local"] as? String == end.local)
        #expect(connection["close"] as? String == end.close)
        // Every state but the last, in which nothing is left of it.
        let states = end.states.map(\.name).filter { $0 != "CLOSED" }
        #expect(begun.dropFirst().map { $0["name"] as? String } == states)
      }
    }

    /// Live and from a recording, it is the same picture.
    @Test func isTheSameAgain() throws {
      let folder = try Folder()
      let recording = folder.url.appending(path: "recording").path
      let tracer = try Tracer("timeline", "--record", recording, environment: ["COLUMNS": "100"])
      try makeOrderly(3, to: try Socket.listening())
      let live = try tracer.stop().end.stdout
      let again = try Child(
        [Product.path, "timeline", "--replay", recording], environment: ["COLUMNS": "100"]
      ).wait()
      #expect(again.status == 0 && again.stdout == live)
    }

    /// A file is there whole or not at all: what was there before stays until then.
    @Test func fileIsWhole() throws {
      let folder = try Folder()
      let file = folder.url.appending(path: "picture")
      try Data("before".utf8).write(to: file)
      let tracer = try Tracer("timeline", "-o", file.path)
      #expect(try Data(contentsOf: file) == Data("before".utf8))
      let run = try tracer.stop(SIGTERM)
      #expect(run.end.stdout.isEmpty)
      #expect(try String(contentsOf: file, encoding: .utf8).contains("connection"))
      #expect(try folder.names() == ["picture"])
    }

    @Test(arguments: ["text", "perfetto"])
    func fullDiskIsAFailure(_ format: String) throws {
      let run = try Child.run(
        Product.path, "timeline", "--duration", "0", "--format", format, "-o", "/dev/full")
      #expect(run.status == 1)
      let complaints = run.stderr.split(separator: "\n").filter {
        $0.contains("No space left on device")
      }
      #expect(complaints == ["synfin: writing to /dev/full: No space left on device"])
    }

    /// What is no place for a file is said before anything is traced, and leaves nothing behind.
    @Test func nowhereToWrite() throws {
      let folder = try Folder()
      for path in [folder.url.appending(path: "no/file").path, folder.url.path] {
        let run = try Child.run(Product.path, "timeline", "--duration", "0", "-o", path)
        #expect(run.status == 1 && run.stderr.contains(path), "\(run.stderr)")
        #expect(!run.stderr.contains("attached"))
      }
      #expect(try folder.names().isEmpty)
    }

    @Test func window() throws {
      let folder = try Folder()
      let recording = folder.url.appending(path: "recording").path
      let tracer = try Tracer("timeline", "--record", recording)
      try makeOrderly(2, to: try Socket.listening())
      try tracer.stop()
      func picture(_ arguments: String...) throws -> String {
        try Child([Product.path, "timeline", "--replay", recording] + arguments).wait().stdout
      }
      #expect(try !picture("--from", "0").contains("before or after that"))
      #expect(try picture("--from", "1000000").contains("no connections"))
      #expect(try picture("--to", "0").contains("before or after that"))
    }
  }
}
