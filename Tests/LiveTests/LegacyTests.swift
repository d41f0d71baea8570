// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// What classic tracepoints tell, on a kernel of which more can be told: so each word can be held against it.
  @Suite struct LegacyTests {
    private static let legacy = ["SYNFIN_SOURCE": "legacy"]

    /// Both at once, of the same traffic: what is said of a connection by its states alone is what is said
    /// with all that its socket knows, or it is not said.
    @Test func saysNothingElseThanWhoKnowsMore() throws {
      let knowing = try Tracer("trace", "--json")
      let legacy = try Tracer("trace", "--json", environment: Self.legacy)
      let ports = try makeEverySort()
      for ports in ports {
        _ = try (legacy.client(ports), knowing.client(ports))
        guard ports.server != Self.closedPort else { continue }
        _ = try (legacy.server(ports), knowing.server(ports))
      }
      let (less, more) = (try legacy.stop(), try knowing.stop())
      for ports in ports {
        let told = try less.ends(of: ports)
        let known = try more.ends(of: ports)
        #expect(told.count == known.count && !told.isEmpty, "\(told) \(known)")
        for end in told {
          let other = try #require(known.first { $0.local == end.local })
          let contradictions = end.contradictions(to: other)
          #expect(contradictions.isEmpty, "\(contradictions) in \(end) of \(other)")
        }
      }
      let told = try ports.flatMap { try less.ends(of: $0) }
      #expect(told.allSatisfy { $0.netns == nil && $0.uid == nil && $0.bytesSent == nil })
      // It is no test of null: all that states and resets prove is said.
      let words = Set(told.compactMap(\.close)).union(told.compactMap(\.openResult))
      #expect(
        words == ["unknown", "reset_sent", "reset_received", "established", "refused"], "\(words)")
      #expect(Set(told.compactMap(\.firstFin)) == ["local", "remote"])
      #expect(Set(told.compactMap(\.open)) == ["active", "passive"])
      let sources = Set(told.compactMap { $0.owner?.from })
      #expect(sources == ["connect", "close"])
      #expect(told.allSatisfy { $0.owner == nil || $0.owner?.pid == ownPID })
    }

    private static let closedPort: UInt16 = 1

    /// Connections of every way to end that takes no time.
    private func makeEverySort() throws -> [Ports] {
      var all: [Ports] = []
      func pair(isV6: Bool = false, _ body: (Pair) throws -> Void) throws {
        let pair = try Pair(isV6: isV6)
        all.append(pair.ports)
        usleep(2_000)
        try body(pair)
        pair.client.close()
        pair.server.close()
        pair.listener.close()
      }
      for isV6 in [false, true] {
        try pair(isV6: isV6) { $0.closeAtOnce($0.client, $0.server) }
        try pair(isV6: isV6) { $0.closeAtOnce($0.server, $0.client) }
        try pair(isV6: isV6) { pair in
          try pair.client.shutdownWriting()
          usleep(50_000)
          try pair.server.send(100)
          pair.server.close()
          try pair.client.receiveAll()
        }
        try pair(isV6: isV6) { pair in
          try pair.client.setLingerZero()
          pair.client.close()
          try pair.server.waitUntilReset()
        }
        try pair(isV6: isV6) { pair in
          try pair.client.send(10)
          try pair.server.waitUntilReadable()
          pair.server.close()
          try pair.client.waitUntilReset()
        }
        // A FIN first, and a RST later.
        try pair(isV6: isV6) { pair in
          try pair.client.shutdownWriting()
          usleep(50_000)
          try pair.client.setLingerZero()
          pair.client.close()
        }
        // Data after close().
        try pair(isV6: isV6) { pair in
          pair.client.close()
          usleep(50_000)
          try pair.server.send(10)
        }
      }
      let refused = try Socket()
      try refused.bind(.loopback, port: 0)
      all.append(Ports(client: refused.localPort, server: Self.closedPort))
      #expect(throws: Socket.Failure.self) {
        try refused.connect(.loopback, port: Self.closedPort)
      }
      refused.close()
      return all
    }

    /// What finds no room is counted, by CPU and to the unit: as many as this alone has made are told or lost.
    @Test func lossesAreCounted() throws {
      let perThread = 1_000
      let tracer = try Tracer(
        "trace", "-v", "--ring-kib", "8", environment: Self.legacy)
      tracer.process.signal(SIGSTOP)
      try Namespace.within { _ in _ = try Burst.run(threads: 2, connections: perThread) }
      tracer.process.signal(SIGCONT)
      let stderr = try tracer.stop().end.stderr
      let summary = try #require(
        stderr.firstMatch(
          of:
            /synfin: summary (\d+) transitions, \d+ connections, lost \d+ \(ring (\d+), guard (\d+)/
        ))
      let numbers = [summary.1, summary.2, summary.3].map { Int($0) ?? 0 }
      #expect(numbers[0] > 0 && numbers[1] > 0)
      // Others on this host may have made some as well.
      #expect(numbers.reduce(0, +) >= 10 * 2 * perThread, "\(stderr.suffix(500))")
      let byCPU = stderr.matches(of: /synfin: lost in ring, CPU \d+: ([^\n]*)/).map {
        $0.1.matches(of: /[a-z_]+ (\d+)/).compactMap { Int($0.1) }.reduce(0, +)
      }
      let owners = try #require(stderr.firstMatch(of: /owner (\d+)\)/))
      #expect(byCPU.reduce(0, +) == numbers[1] + (Int(owners.1) ?? 0))
      // The kernel's own count says the same, but for what was lost last on each CPU.
      let kernels = try #require(stderr.firstMatch(of: /of these the kernel has told (\d+)/))
      let known = Int(kernels.1) ?? 0
      #expect(known <= byCPU.reduce(0, +))
    }

    /// With room enough nothing is lost, and each connection is told once.
    @Test func nothingIsLostWithRoom() throws {
      let tracer = try Tracer("trace", "--json", environment: Self.legacy)
      let ports = try Namespace.within { _ in try Burst.run(threads: 2, connections: 500) }
      let run = try tracer.stop()
      let totals = try run.totals()
      #expect(totals.lost["ring"] == 0, "\(totals)")
      let ends = try ports.flatMap { try run.ends(port: $0) }
        .filter { $0.closer?.pid == ownPID || $0.closer == nil }
      #expect(ends.count >= 2 * 2 * 500 - (totals.allLost))
      for end in ends {
        #expect(end.close == "unknown", "\(end)")
        #expect(end.firstFin == (ports.contains(end.remotePort) ? "local" : "remote"), "\(end)")
      }
    }

    /// A thread's name is not its process'.
    @Test func nameIsTheProcess() throws {
      let tracer = try Tracer("trace", "--json", environment: Self.legacy)
      let script = """
        import socket, threading, time
        l = socket.create_server(("127.0.0.1", 0))
        def work():
          open("/proc/thread-self/comm", "w").write("other")
          c = socket.create_connection(l.getsockname())
          print(c.getsockname()[1], flush=True)
        t = threading.Thread(target=work); t.start(); t.join(); time.sleep(1)
        """
      let child = try Child.run("python3", "-c", script)
      let port = try #require(UInt16(child.stdout.split(separator: "\n").first ?? ""))
      let end = try tracer.end("the client of \(port)") { $0.localPort == port }
      #expect(end.owner?.comm == "python3" && end.owner?.from == "connect")
      try tracer.stop()
    }

    /// A recording of it is told in the same words.
    @Test(arguments: [["trace"], ["trace", "--json", "--transitions"], ["top", "--json"]])
    func sameBytes(_ command: [String]) throws {
      let folder = try RecordingFolder()
      let tracer = try Tracer(
        command + ["--record", folder.file()], environment: Self.legacy)
      try makeMixed(5)
      usleep(300_000)
      let live = try tracer.stop()
      let replayed = try Replayed.run(command, folder.file())
      #expect(!live.end.stdout.isEmpty && replayed.end.stdout == live.end.stdout)
    }

    /// What it cannot tell it refuses to be asked.
    @Test func whatCannotBeToldIsRefused() throws {
      for arguments in [["trace", "--netns", "4026531840"], ["timewait", "--interval", "1"]] {
        let end = try Child([Product.path] + arguments, environment: Self.legacy).wait()
        #expect(end.status == 69)
        #expect(end.stdout.isEmpty)
        #expect(end.stderr.split(separator: "\n").last?.contains("cannot be") == true)
      }
    }

    /// A tracepoint that this kernel has not is no reason to be silent.
    @Test func absentTracepointIsRefused() throws {
      let end = try Child.run(
        Product.path, "trace", "--duration", "0", environment: ["SYNFIN_SOURCE": "legacy-tcp"])
      // Only Linux 4.15 and 4.16 have it.
      if end.status == 0 { return }
      #expect(end.status == 69)
      #expect(end.stderr.contains("no tracepoint tcp:tcp_set_state"))
    }

    /// One line says which object, tracepoint and buffer were taken, and why.
    @Test func saysWhatWasTaken() throws {
      let line =
        "the legacy object, sock:inet_sock_set_state (classic), a perf buffer: SYNFIN_SOURCE"
      let trace = try Child.run(
        Product.path, "trace", "-v", "--duration", "0", environment: Self.legacy)
      #expect(trace.status == 0 && trace.stderr.contains("synfin: \(line)"))
      let doctor = try Child.run(Product.path, "doctor", environment: Self.legacy)
      #expect(doctor.status == 0 && doctor.stdout.contains(line))
    }
  }
}

extension End {
  /// What is said here and otherwise there. Null and `unknown` say nothing.
  fileprivate func contradictions(to other: End) -> [String] {
    var found: [String] = []
    func check<Value: Equatable>(_ name: String, _ said: Value?, _ known: Value?) {
      if let said, said as? String != "unknown", said != known {
        found.append("\(name) \(said), not \(known.map { "\($0)" } ?? "null")")
      }
    }
    check("family", family, other.family)
    check("remote", remote, other.remote)
    check("open", open, other.open)
    check("open_result", openResult, other.openResult)
    check("error", error, other.error)
    check("handshake_rtt_us", handshakeRttUs, other.handshakeRttUs)
    check("close", close, other.close)
    check("first_fin", firstFin, other.firstFin)
    check("reset", reset, other.reset)
    check("why", why, other.why)
    check("ends_in", endsIn, other.endsIn)
    check("via", via, other.via)
    check("closer", closer?.pid, other.closer?.pid)
    check("killer", killer?.pid, other.killer?.pid)
    if owner?.from == other.owner?.from {
      check("owner", owner?.pid, other.owner?.pid)
      check("owner's name", owner?.comm, other.owner?.comm)
    }
    check("bytes_sent", bytesSent, other.bytesSent)
    check("retrans", retrans, other.retrans)
    return found
  }
}
