// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Tour

extension Live {
  /// What was there before the tracer, in namespaces that are not its own.
  @Suite struct ExistingNamespaceTests {
    /// A process is in it, and what it does not hold is found as well.
    @Test func ofAProcess() throws {
      let (inode, process, held, lost) = try Namespace.within { inode in
        (inode, try Child(["sleep", "60"]), try Pair(), try Unheld())
      }
      let tracer = try Tracer("trace", "--json")
      let ends = try finish(tracer, held, lost)
      expect(ends, inode)
      process.signal(SIGKILL)
      _ = try process.wait()
    }

    /// Nothing but a mount keeps it.
    @Test func ofAName() throws {
      let namespace = try NamedNamespace()
      let (held, lost) = try namespace.within { (try Pair(), try Unheld()) }
      let tracer = try Tracer("trace", "--json")
      let ends = try finish(tracer, held, lost)
      expect(ends, namespace.inode)
    }

    /// No process is in it and no path leads to it: a socket that is held here keeps it.
    @Test func ofASocket() throws {
      let (inode, held) = try Namespace.within { ($0, try Pair()) }
      let tracer = try Tracer("trace", "--json")
      held.closeAtOnce(held.client, held.server)
      let ends = [try tracer.client(held.ports), try tracer.server(held.ports)]
      #expect(try tracer.stop().ends(of: held.ports).count == 2)
      for end in ends {
        #expect(end.open == "existing" && end.close == "three_way" && end.netns == inode)
        #expect(end.owner?.pid == ownPID && end.owner?.from == "scan")
      }
    }

    /// Each namespace has been left again.
    @Test func backHome() throws {
      let namespace = try NamedNamespace()
      let held = try namespace.within { try Pair() }
      let tracer = try Tracer("trace", "--json")
      let tasks = "/proc/\(tracer.process.pid)/task"
      for task in try FileManager.default.contentsOfDirectory(atPath: tasks) {
        let link = try FileManager.default.destinationOfSymbolicLink(
          atPath: "\(tasks)/\(task)/ns/net")
        #expect(link == "net:[\(Namespace.inode)]")
      }
      let outside = try Pair()
      outside.closeAtOnce(outside.client, outside.server)
      #expect(try tracer.client(outside.ports).netns == Namespace.inode)
      #expect(try tracer.stop().ends(of: held.ports).count == 2)
    }

    /// Only the one that is asked for is told of.
    @Test func filter() throws {
      let (one, other) = (try NamedNamespace(), try NamedNamespace())
      let pairs = try [one, other].map { try $0.within { try Pair() } }
      let tracer = try Tracer("trace", "--json", "--netns", one.path)
      let ends = try tracer.stop().ends()
      #expect(ends.count == 2 && ends.allSatisfy { $0.netns == one.inode })
      #expect(ends.allSatisfy { [$0.localPort, $0.remotePort].contains(pairs[0].ports.client) })
    }

    /// Its name is deleted under the tracer, and nothing of it is left: the end of its TIME_WAIT is told,
    /// which is gone with it.
    @Test(arguments: [["timewait", "--interval", "1"], ["trace", "--json"]])
    func notKeptAlive(by command: [String]) throws {
      let namespace = try NamedNamespace()
      let port = try namespace.within {
        try Churn.leave(at: Socket.listening(), serverFirst: true)
      }
      let tracer = try Tracer(command)
      let witness = try Tracer("trace", "--json")
      let later = try namespace.within {
        try Churn.leave(at: Socket.listening(), serverFirst: true)
      }
      // A scan has one open for a moment; what is kept is there at every look.
      try waitUntil("no namespace is held open") {
        let files = "/proc/\(tracer.process.pid)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: files).allSatisfy { file in
          let target = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "\(files)/\(file)")
          return target?.hasPrefix("net:") != true
        }
      }
      try namespace.delete()
      var over: [TimeWaitOver] = []
      try waitUntil("the end of namespace \(namespace.inode)") {
        over = try objects("time_wait", in: witness.process.stdout, as: TimeWaitOver.self)
          .filter { $0.netns == namespace.inode }
        return over.count >= 2
      }
      #expect(over.allSatisfy { $0.endedBy == "netns" && $0.endedUs == nil }, "\(over)")
      #expect(over.count { $0.remote == "127.0.0.1:\(port)" && $0.id == nil } == 1)
      #expect(over.count { $0.remote == "127.0.0.1:\(later)" && $0.id != nil } == 1)
      try witness.stop()
      try tracer.stop()
    }

    private func finish(_ tracer: Tracer, _ held: Pair, _ lost: Unheld) throws -> [End] {
      held.closeAtOnce(held.client, held.server)
      try lost.end()
      let ends = [
        try tracer.client(held.ports), try tracer.server(held.ports),
        try tracer.server(lost.queued), try tracer.client(lost.orphan),
      ]
      for ports in [held.ports, lost.queued, lost.orphan] {
        _ = try tracer.client(ports)
        _ = try tracer.server(ports)
      }
      let run = try tracer.stop()
      for ports in [held.ports, lost.queued, lost.orphan] {
        #expect(try run.ends(of: ports).count == 2, "each end is told once")
      }
      return ends
    }

    private func expect(_ ends: [End], _ inode: UInt64) {
      #expect(ends.allSatisfy { $0.open == "existing" && $0.netns == inode })
      #expect(ends.prefix(2).allSatisfy { $0.close == "three_way" && $0.owner?.pid == ownPID })
      #expect(ends[2].why == "listener_closed" && ends[2].owner?.from != "scan")
      #expect(ends[3].firstFin == "local" && ends[3].owner == nil)
    }
  }
}

/// What no process holds, in the namespace of the calling thread: a child that nobody has accepted, and
/// an orphan in FIN_WAIT1.
private struct Unheld {
  let queued: Ports
  let orphan: Ports
  private let listener: Socket
  private let client: Socket
  private let pair: Pair

  init() throws {
    listener = try Socket.listening()
    client = try Socket.connected(to: listener)
    queued = Ports(client: client.localPort, server: listener.localPort)
    pair = try Pair()
    try pair.client.fill()
    pair.client.close()
    orphan = pair.ports
  }

  func end() throws {
    listener.close()
    try client.waitUntilReadable()
    client.close()
    while try pair.server.receive() > 0 {}
    pair.server.close()
  }
}
