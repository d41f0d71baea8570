// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// `synfin timewait`: what it shows, to whom, and of what.
  @Suite struct TimeWaitCommandTests {
    /// Once, and without BPF: what waits at a port, and what is taken of a small range of ports.
    @Test func snapshot() throws {
      try Namespace.within { inode in
        let port = try leaveSome()
        let space = try Census.snapshot().space(inode)
        #expect(space.waiting == (try KernelTables.waiting()))
        #expect(space.timeWait == 50 && space.finWait2Mini == 0)
        #expect(space.kernelCount == 50 && space.drift == 0 && space.limit ?? 0 > 0)
        let server = try #require(space.port(port))
        #expect(server.timeWait == 9 && server.finWait2Mini == 0)
        #expect(server.leftBy.isEmpty && server.leftByUnknown == 9)
        let now = Int(Date().timeIntervalSince1970 * 1e6)
        #expect((now - 60_000_000...now).contains(server.oldestUs ?? 0))
        // 41 of 100 ports are taken towards it.
        let remote = try #require(space.remote(port))
        #expect(remote.localAddr == "127.0.0.1" && remote.timeWait == 41 && remote.inUse == 0)
        #expect(remote.range == 100 && abs(remote.usedRatio - 0.41) < 1e-9)
      }
    }

    @Test func filters() throws {
      try Namespace.within { inode in
        let port = try leaveSome()
        func counts(_ filters: String...) throws -> Int {
          let end = try Child([Product.path, "timewait", "--json"] + filters).wait()
          let census = try #require(try objects("timewait", in: end.stdout, as: Census.self).first)
          let space = try census.space(inode)
          // The kernel's count is of all, and so is what is held against it.
          #expect(space.timeWait == 50 && space.drift == 0)
          return space.ports.reduce(0) { $0 + $1.timeWait }
        }
        #expect(try counts("--port", "\(port)") == 9)
        #expect(try counts("--remote-port", "\(port)") == 41)
        #expect(try counts("--remote", "127.0.0.0/8") == 50)
        #expect(try counts("--remote", "10.0.0.0/8") == 0)
        #expect(try counts("--family", "4") == 50)
        #expect(try counts("--family", "6") == 0)
        #expect(try counts("--netns", "\(inode)", "--port", "1") == 0)
      }
    }

    /// A live connection takes a port as well.
    @Test func inUse() throws {
      try Namespace.within { inode in
        try setRange("40000 40099")
        let listener = try Socket.listening(at: .loopback, port: 9_000)
        let live = try (0..<3).map { _ in try Churn.meet(listener) }
        try Churn.leave(at: listener, serverFirst: false)
        let once = try Census.snapshot().space(inode).remote(9_000)
        let taker = try CensusTaker("--interval", "0.2", "--netns", "\(inode)")
        let followed = try taker.moment().census.remote(9_000)
        for remote in [once, followed] {
          #expect(remote?.inUse == 3 && remote?.timeWait == 1)
          #expect(abs((remote?.usedRatio ?? 0) - 0.04) < 1e-9)
        }
        try taker.tracer.stop()
        for pair in live { pair.client.close() }
      }
    }

    /// Namespaces that only a name keeps are counted as well, each for itself.
    @Test func namespaces() throws {
      let spaces = [try NamedNamespace(), try NamedNamespace()]
      for (space, count) in zip(spaces, [3, 5]) {
        try space.within {
          let listener = try Socket.listening()
          for _ in 0..<count { try Churn.leave(at: listener, serverFirst: true) }
        }
      }
      let census = try Census.snapshot()
      #expect(try census.space(spaces[0].inode).timeWait == 3)
      #expect(try census.space(spaces[1].inode).timeWait == 5)
      #expect(Set(census.namespaces.map(\.netns)).count == census.namespaces.count)
      let one = try Census.snapshot("--netns", spaces[1].path)
      #expect(one.namespaces.map(\.netns) == [spaces[1].inode])
    }

    @Test func fitsIntoEightyColumns() throws {
      try Namespace.within { inode in
        let port = try leaveSome()
        let peers = try Churn.orphans(1, at: Socket.listening())
        let command = [Product.path, "timewait", "--netns", "\(inode)"]
        let end = try Child(command, environment: ["COLUMNS": "80"]).wait()
        let lines = end.stdout.split(separator: "\n")
        #expect(end.status == 0 && end.stderr.isEmpty)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(end.stdout)")
        let words = lines.map { $0.split(separator: " ").map(String.init) }
        #expect(words.contains { $0.first == "\(port)" && $0.dropFirst().first == "9" })
        #expect(end.stdout.contains("41 %") && end.stdout.contains("50 TIME_WAIT"))
        #expect(end.stdout.contains("1 FIN_WAIT2") && end.stdout.contains("drift 0"))
        peers.forEach { $0.close() }
      }
    }

    /// With a duration it knows who leaves them.
    @Test func whoLeavesThem() throws {
      let listener = try Socket.listening()
      let acceptor = try Acceptor(listener, comm: "leaver")
      let taker = try CensusTaker("--duration", "2", "--port", "\(listener.localPort)")
      let client = try Socket.connected(to: listener)
      try acceptor.obey(.accept)
      try acceptor.obey(.close)
      try client.receive(1)
      client.close()
      _ = try taker.tracer.finished()
      let port = try taker.final().space(Namespace.inode).port(listener.localPort)
      #expect(port?.timeWait == 1 && port?.leftByUnknown == 0)
      #expect(port?.leftBy.map(\.pid) == [acceptor.pid] && port?.leftBy.first?.count == 1)
      #expect(port?.leftBy.first?.comm == "leaver")
    }

    @Test(arguments: [
      ["--interval", "0"], ["--interval", "x"], ["--duration", "x"], ["--port", "0"], ["--nothing"],
      ["--family", "5"], ["--netns", "/etc/passwd"], ["more"],
    ])
    func usage(_ arguments: [String]) throws {
      let end = try Child([Product.path, "timewait"] + arguments).wait()
      #expect(end.status == 64 && end.stdout.isEmpty)
      #expect(end.stderr.split(separator: "\n").count == 1 && end.stderr.hasPrefix("synfin: "))
    }

    /// 9 at the port that is returned, and 41 towards it from a range of 100 ports.
    private func leaveSome() throws -> UInt16 {
      // Others than those of the second range, from which a SYN would end them.
      try setRange("50000 50099")
      let listener = try Socket.listening(at: .loopback, port: 9_000)
      for _ in 0..<9 { try Churn.leave(at: listener, serverFirst: true) }
      try setRange("40000 40099")
      for _ in 0..<41 { try Churn.leave(at: listener, serverFirst: false) }
      return listener.localPort
    }

    private func setRange(_ range: String) throws {
      try range.write(
        toFile: "/proc/sys/net/ipv4/ip_local_port_range", atomically: false, encoding: .utf8)
    }
  }
}
