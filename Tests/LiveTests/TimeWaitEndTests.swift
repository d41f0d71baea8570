// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Tour

extension Live {
  /// How mini sockets end, or do not begin, where that is out of the ordinary.
  @Suite struct TimeWaitEndTests {
    /// With more than a minute to wait, an orphan in FIN_WAIT2 is a socket for what is more than that,
    /// and only then a mini socket (`tcp_keepalive_timer`).
    @Test func longFinWait2() throws {
      try Namespace.within { inode in
        let taker = try CensusTaker("--interval", "0.2", "--netns", "\(inode)")
        let tracer = try Tracer("trace", "--json", "--netns", "\(inode)")
        let pair = try Pair()
        try pair.client.setOption(CInt(IPPROTO_TCP), TCP_LINGER2, 62)
        pair.client.close()
        try waitUntil("a mini socket") { try taker.moment().census.finWait2Mini == 1 }
        #expect(try taker.moment().census.drift == 0)
        // Not found out by a scan, but known.
        let client = try tracer.client(pair.ports)
        #expect(client.close == "orphan_timeout" && client.states.last?.name == "FIN_WAIT2_MINI")
        let (census, listed) = try taker.moment()
        #expect(listed.count == 0 && census.finWait2Mini == 0 && census.drift == 0)
        try tracer.stop()
        try taker.tracer.stop()
      }
    }

    /// The kernel makes no more of them than it may. At the limit nobody can tell which it made.
    @Test func limit() throws {
      try Namespace.within { inode in
        try "10".write(
          toFile: "/proc/sys/net/ipv4/tcp_max_tw_buckets", atomically: false, encoding: .utf8)
        let taker = try CensusTaker("--interval", "0.2", "--netns", "\(inode)")
        let tracer = try Tracer("trace", "--json", "--netns", "\(inode)")
        let listener = try Socket.listening()
        for _ in 0..<25 { try Churn.leave(at: listener, serverFirst: true) }
        try waitUntil("10, counted by the kernel") {
          let (census, listed) = try taker.moment()
          return census.waiting == listed && census.drift == 0
        }
        let census = try taker.moment().census
        #expect(census.timeWait == 10 && census.kernelCount == 10 && census.limit == 10)
        let ends = try tracer.stop().ends().filter { $0.open == "passive" }
        #expect(ends.count == 25)
        #expect(ends.count { $0.endsIn == "TIME_WAIT" } == 9)
        #expect(ends.count { $0.endsIn == nil } == 16)
        try taker.tracer.stop()
      }
    }

    /// What was there before the tracer, both kinds of it, with a timer of its own each.
    @Test func thereBefore() throws {
      try Namespace.within { inode in
        try "3".write(
          toFile: "/proc/sys/net/ipv4/tcp_fin_timeout", atomically: false, encoding: .utf8)
        let listener = try Socket.listening()
        for _ in 0..<7 { try Churn.leave(at: listener, serverFirst: true) }
        let peers = try Churn.orphans(5, at: Socket.listening())
        let taker = try CensusTaker("--interval", "0.2", "--netns", "\(inode)")
        var (census, listed) = try taker.moment()
        #expect(census.waiting == listed && census.drift == 0)
        #expect(census.timeWait == 7 && census.ports.allSatisfy { $0.leftBy.isEmpty })
        #expect(census.port(listener.localPort)?.leftByUnknown == 7)
        try waitUntil("the orphans' timers, and synfin with them") {
          (census, listed) = try taker.moment()
          return listed.finWaits.isEmpty && census.drift == 0
        }
        #expect(census.waiting == listed)
        peers.forEach { $0.close() }
        try taker.tracer.stop()
      }
    }

    /// Sockets of another namespace are made where those of orphans were, and reset.
    @Test func resetsOfOthers() throws {
      let other = try NamedNamespace()
      try Namespace.within { inode in
        let tracer = try Tracer("trace", "--json", "--netns", "\(inode)")
        let listener = try Socket.listening()
        let peers = try Churn.orphans(200, at: listener)
        try other.within {
          let nearby = try Socket.listening()
          let pairs = try (0..<500).map { _ in try Churn.meet(nearby) }
          for pair in pairs { try pair.client.setLingerZero() }
          for pair in pairs { pair.client.close() }
        }
        let ends = try tracer.stop().ends().filter { $0.open == "passive" }
        #expect(ends.count == 200 && ends.allSatisfy { $0.reset == nil })
        #expect(ends.allSatisfy { $0.close == "half" && $0.endsIn == "FIN_WAIT2_MINI" })
        peers.forEach { $0.close() }
      }
    }

    @Test func ipv6() throws {
      try Namespace.within { inode in
        let taker = try CensusTaker("--interval", "0.2", "--netns", "\(inode)")
        for _ in 0..<3 {
          for pair in [try Pair(isV6: true), try Pair(isV6: true, to: .loopback), try Pair()] {
            pair.closeAtOnce(pair.server, pair.client)
          }
        }
        let (census, listed) = try taker.moment()
        #expect(census.waiting == listed && census.drift == 0 && listed.count == 9)
        #expect(try Census.snapshot("--netns", "\(inode)").space(inode).waiting == listed)
        let six = try Census.snapshot("--netns", "\(inode)", "--family", "6").space(inode)
        #expect(six.ports.reduce(0) { $0 + $1.timeWait } == 6 && six.timeWait == 9)
        try taker.tracer.stop()
      }
    }
  }
}
