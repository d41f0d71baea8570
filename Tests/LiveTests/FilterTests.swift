// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Tour

extension Live {
  /// Each filter lets through what it names and nothing else.
  @Suite struct FilterTests {
    @Test func localPort() throws {
      let listener = try Socket.listening()
      let port = listener.localPort
      let ends = try watch("--port", "\(port)", count: 3) { try makeOrderly(3, to: listener) }
      #expect(ends.count == 3)
      #expect(ends.allSatisfy { $0.localPort == port && $0.open == "passive" })
    }

    @Test func remotePort() throws {
      let listener = try Socket.listening()
      let port = listener.localPort
      let ends = try watch("--remote-port", "\(port)", count: 3) {
        try makeOrderly(3, to: listener)
      }
      #expect(ends.count == 3)
      #expect(ends.allSatisfy { $0.remotePort == port && $0.open == "active" })
    }

    @Test(arguments: [
      ("127.0.0.64/26", ["127.0.0.65", "127.0.0.127"]), ("127.0.0.65", ["127.0.0.65"]),
      ("127.0.0.0/8", ["127.0.0.65", "127.0.0.127", "127.0.0.128"]), ("10.0.0.0/8", []),
    ])
    func remoteAddress(block: String, expected: [String]) throws {
      let hosts: [UInt32] = [65, 127, 128]
      let listeners = try hosts.map { try Socket.listening(at: Address(v4: 0x7f00_0000 | $0)) }
      let ends = try watch("--remote", block, count: expected.count) {
        for (host, listener) in zip(hosts, listeners) {
          let client = try Socket()
          try client.connect(Address(v4: 0x7f00_0000 | host), port: listener.localPort)
          _ = try listener.accept()
          client.close()
        }
      }
      let ports = listeners.map(\.localPort)
      let told = ends.filter { ports.contains($0.remotePort) }
      #expect(told.map { String($0.remote.prefix { $0 != ":" }) } == expected)
    }

    @Test func process() throws {
      let listener = try Socket.listening()
      // This one is there before the tracer, which learns whose it is from its close.
      let wanted = try Visitor(to: listener)
      let tracer = try Tracer("trace", "--json", "--pid", "\(wanted.pid)")
      let other = try Visitor(to: listener)
      try other.sendAway()
      try wanted.sendAway()
      _ = try tracer.client(wanted.ports)
      let ends = try tracer.stop().ends()
      #expect(ends.count == 1 && ends.allSatisfy { $0.owner?.pid == wanted.pid })
    }

    @Test func processName() throws {
      let listener = try Socket.listening()
      let ends = try watch("--comm", "rare-visitor", count: 1) {
        try Visitor(to: listener, comm: "rare-visitor").sendAway()
        try Visitor(to: listener, comm: "rare-visitors").sendAway()
      }
      #expect(ends.count == 1 && ends.allSatisfy { $0.owner?.comm == "rare-visitor" })
    }

    /// The family of the socket: a v4-mapped end is IPv6, as in `ss`.
    @Test(arguments: [("4", ["ipv4", "ipv4", "ipv4"]), ("6", ["ipv6", "ipv6", "ipv6"])])
    func family(of family: String, expected: [String]) throws {
      var ports: [UInt16] = []
      let ends = try watch("--family", family, count: expected.count) {
        for pair in [try Pair(), try Pair(isV6: true), try Pair(isV6: true, to: .loopback)] {
          pair.closeAtOnce(pair.client, pair.server)
          ports.append(pair.ports.server)
        }
      }
      let own = ends.filter { ports.contains($0.localPort) || ports.contains($0.remotePort) }
      #expect(own.map(\.family) == expected)
    }

    @Test func namespace() throws {
      try Namespace.within { inode in
        let listener = try Socket.listening()
        let inside = try watch("--netns", "\(inode)", count: 4) {
          try makeOrderly(2, to: listener)
        }
        #expect(inside.count == 4 && inside.allSatisfy { $0.netns == inode })
        let byPath = try watch("--netns", "/proc/thread-self/ns/net", count: 4) {
          try makeOrderly(2, to: listener)
        }
        #expect(byPath.count == 4)
        let outside = try watch("--netns", "\(try namespaceOfHost())", count: 0) {
          try makeOrderly(2, to: listener)
        }
        #expect(!outside.contains { $0.netns == inode })
      }
    }

    /// They narrow each other.
    @Test func together() throws {
      let listener = try Socket.listening()
      let port = "\(listener.localPort)"
      let ends = try watch(
        "--port", port, "--family", "4", "--remote", "127.0.0.1", count: 2
      ) {
        try makeOrderly(2, to: listener)
      }
      #expect(ends.count == 2)
      let none = try watch("--port", port, "--family", "6", count: 0) {
        try makeOrderly(2, to: listener)
      }
      #expect(none.isEmpty)
    }

    /// What goes through the filters, of everything that is told until the stop. The traffic is made
    /// in full before it: `count` ends of it are waited for, and any more would be told with them.
    private func watch(
      _ filters: String..., count: Int, traffic: () throws -> Void
    ) throws -> [End] {
      let tracer = try Tracer(["trace", "--json"] + filters)
      try traffic()
      try waitUntil("\(count) ends among \(tracer.process.stdout)") {
        try tracer.ends().count >= count
      }
      return try tracer.stop().ends()
    }

    /// The main thread never leaves it.
    private func namespaceOfHost() throws -> UInt64 {
      var status = stat()
      try #require(unsafe stat("/proc/self/ns/net", &status) == 0)
      return UInt64(status.st_ino)
    }
  }
}
