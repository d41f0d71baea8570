// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// `synfin top` without a terminal: the numbers, to the unit.
  @Suite struct TopTests {
    /// Primes, so that no doubling or batching hides in them.
    @Test func toTheUnit() throws {
      try Namespace.within { inode in
        let tracer = try Tracer("top", "--json", "--interval", "0.3", "--netns", "\(inode)")
        let listener = try Socket.listening()
        let port = listener.localPort
        let nobody = try Socket.freePort()
        try makeOrderly(23, to: listener)
        for _ in 0..<7 {
          let client = try Socket()
          #expect(throws: Socket.Failure.self) { try client.connect(.loopback, port: nobody) }
        }
        for _ in 0..<11 {
          let client = try Socket.connected(to: listener)
          let server = try listener.accept()
          try client.setLingerZero()
          client.close()
          try server.waitUntilReadable()
          server.close()
        }
        let pairs = try (0..<5).map { _ in
          (client: try Socket.connected(to: listener), server: try listener.accept())
        }
        for pair in pairs.prefix(3) {
          pair.client.close()
          try pair.server.waitUntilReadable()
        }
        let last = try moment(tracer, inode) {
          $0.service("server", port)?.closed.reduce(0) { $0 + $1.count } == 34
            && $0.service("server", port)?.states["CLOSE_WAIT"] == 3
        }
        let server = try #require(last.service("server", port))
        let client = try #require(last.service("client", port))
        #expect(server.opened == 39 && client.opened == 39)
        #expect(server.open == 5 && client.open == 2)
        #expect(server.states == ["ESTABLISHED": 2, "CLOSE_WAIT": 3])
        #expect(server.count("reset_received") == 11 && client.count("reset_sent") == 11)
        // The client sent the first FIN of each that ended in order.
        #expect(server.closed.filter { $0.firstFin == "remote" }.reduce(0) { $0 + $1.count } == 23)
        #expect(client.closed.filter { $0.firstFin == "local" }.reduce(0) { $0 + $1.count } == 23)
        #expect(client.timeWait == 23 && server.timeWait == 0)
        #expect(client.connect.count == 39 && server.connect.count == 0)
        let known = server.handshakeRtt.count
        #expect(known + server.handshakeRttUnknown.values.reduce(0, +) == 39)
        #expect(server.closeWaitOldestIsAtLeast == false && server.closeWaitOldestUs ?? 0 > 0)
        let refused = try #require(last.service("client", nobody))
        #expect(refused.failures == ["refused": 7] && refused.opened == 0)
        let owner = try #require(last.processes.first { $0.pid == ownPID })
        #expect(owner.opened == 78 && owner.open == 7 && owner.failures == ["refused": 7])
        for pair in pairs {
          pair.client.close()
          pair.server.close()
        }
        let totals = try tracer.stop().totals()
        #expect(totals.allLost == 0)
      }
    }

    /// What was there before is counted as it is now, on no side; its age is a bound.
    @Test func whatWasThereBefore() throws {
      try Namespace.within { inode in
        let listener = try Socket.listening(at: .loopback, port: 9_000)
        let client = try Socket.connected(to: listener)
        let server = try listener.accept()
        client.close()
        try server.waitUntilReadable()
        let tracer = try Tracer("top", "--json", "--interval", "0.3", "--netns", "\(inode)")
        let moment = try moment(tracer, inode) { $0.service("unknown", 9_000) != nil }
        let row = try #require(moment.service("unknown", 9_000))
        #expect(row.open == 1 && row.opened == 0 && row.states == ["CLOSE_WAIT": 1])
        #expect(row.closeWaitOldestIsAtLeast && row.closeWaitOldestUs ?? 0 > 0)
        #expect(row.finWait2Mini == 1)
        #expect(moment.processes.contains { $0.pid == ownPID && $0.open == 1 })
        server.close()
        try tracer.stop()
      }
    }

    /// The share of a small range of ports.
    @Test func portsInUse() throws {
      try Namespace.within { inode in
        // A connect() that takes a TIME_WAIT's port again would make one less.
        for (name, value) in [("ip_local_port_range", "40000 40099"), ("tcp_tw_reuse", "0")] {
          try value.write(
            toFile: "/proc/sys/net/ipv4/\(name)", atomically: false, encoding: .utf8)
        }
        let listener = try Socket.listening(at: .loopback, port: 9_000)
        for _ in 0..<41 { try Churn.leave(at: listener, serverFirst: false) }
        let tracer = try Tracer("top", "--json", "--interval", "0.3", "--netns", "\(inode)")
        try Churn.leave(at: listener, serverFirst: false)
        let moment = try moment(tracer, inode) {
          $0.service("client", 9_000)?.usedRatio != nil
        }
        #expect(moment.service("client", 9_000)?.usedRatio == 0.42)
        #expect(moment.service("client", 9_000)?.timeWait == 1)
        #expect(moment.service("unknown", 9_000)?.timeWait == 41)
        try tracer.stop()
      }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func plainTables(_ signal: CInt) throws {
      let listener = try Socket.listening()
      let tracer = try Tracer(
        ["top", "--interval", "0.2", "--port", "\(listener.localPort)"],
        environment: ["COLUMNS": "80", "TERM": "xterm"])
      try makeOrderly(3, to: listener)
      try waitUntil("a table") { tracer.process.stdout.contains("< \(listener.localPort) ") }
      let run = try tracer.stop(signal)
      #expect(run.lines.allSatisfy { $0.utf8.count <= 80 })
      #expect(!run.end.stdout.contains("\u{1b}"))
      #expect(run.lines.count { $0.hasPrefix("synfin top ") } >= 1)
    }

    /// One more at the end, so that a short run says something.
    @Test func shortRun() throws {
      let run = try Tracer("top", "--duration", "0.2").finished()
      #expect(run.lines.count { $0.hasPrefix("synfin top ") } == 1)
    }

    /// A recording is read like the kernel.
    @Test func recording() throws {
      try Namespace.within { inode in
        let file = FileManager.default.temporaryDirectory
          .appending(path: "synfin-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let recorder = try Tracer("record", "-o", file.path, "--netns", "\(inode)")
        let listener = try Socket.listening()
        try makeOrderly(23, to: listener)
        try recorder.stop()
        let end = try Child.run(Product.path, "top", "--json", "--replay", file.path)
        #expect(end.status == 0, "\(end.stderr)")
        let last = try #require(try objects("top", in: end.stdout, as: Moment.self).last)
        let server = try #require(last.service("server", listener.localPort))
        #expect(server.opened == 23 && server.closed.reduce(0) { $0 + $1.count } == 23)
      }
    }

    @Test(arguments: [
      ["--interval", "0"], ["--interval", "x"], ["--interval"], ["--duration", "x"],
      ["--port", "0"], ["--nothing"], ["more"],
    ])
    func usage(_ arguments: [String]) throws {
      let end = try Child([Product.path, "top"] + arguments).wait()
      #expect(end.status == 64 && end.stdout.isEmpty)
      #expect(end.stderr.split(separator: "\n").count == 1 && end.stderr.hasPrefix("synfin: "))
    }

    /// Waits for a moment of which this holds.
    private func moment(
      _ tracer: Tracer, _ inode: UInt64, where fits: (Moment) -> Bool
    ) throws -> Moment {
      var found: Moment?
      try waitUntil("such a moment in \(tracer.process.stdout.suffix(4_000))") {
        found = try objects("top", in: tracer.process.stdout, as: Moment.self).last(where: fits)
        return found != nil
      }
      return try #require(found)
    }
  }
}

/// An object of `top --json`.
private struct Moment: Decodable {
  let services: [Entry]
  let processes: [Entry]

  struct Entry: Decodable {
    let role: String?
    let port: Int?
    let pid: Int?
    let open: Int
    let opened: Int
    let states: [String: Int]
    let failures: [String: Int]
    let closed: [Closed]
    let closeWaitOldestUs: Int?
    let closeWaitOldestIsAtLeast: Bool
    let connect: Latency
    let handshakeRtt: Latency
    let handshakeRttUnknown: [String: Int]
    let timeWait: Int
    let finWait2Mini: Int
    let usedRatio: Double?

    func count(_ close: String) -> Int {
      closed.filter { $0.close == close }.reduce(0) { $0 + $1.count }
    }
  }

  struct Closed: Decodable {
    let close: String
    let firstFin: String?
    let count: Int
  }

  struct Latency: Decodable {
    let count: Int
  }

  func service(_ role: String, _ port: UInt16) -> Entry? {
    services.first { $0.role == role && $0.port == Int(port) }
  }
}
