// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// What cannot be kept is counted, to the unit, and nothing wrong is said for want of it.
  @Suite struct LossTests {
    private static let perThread = 1_000
    private static let generated = 10 * 2 * perThread

    /// A reader that does its best with a ring of one page, and one that sleeps through it all.
    @Test(arguments: [true, false])
    func areCounted(whileStopped: Bool) throws {
      try Namespace.within { inode in
        let tracer = try Tracer(
          "trace", "--json", "--netns", "\(inode)", "--ring-kib", "4")
        if whileStopped { tracer.process.signal(SIGSTOP) }
        let ports = try Burst.run(threads: 2, connections: Self.perThread)
        tracer.process.signal(SIGCONT)
        let run = try tracer.stop()
        let totals = try run.totals()
        #expect(totals.transitions + totals.lostTransitions == Self.generated, "\(totals)")
        #expect(totals.allLost > 0)
        // Those told on the way, and those of the last line.
        #expect(try run.lost().values.reduce(0, +) == totals.allLost)
        #expect(run.end.stderr.contains("synfin: lost records: ring "))

        let ends = try run.ends()
        #expect(totals.connections == ends.count)
        #expect(Set(ends.map(\.id)).count == ends.count)
        for end in ends { expectNothingWrong(end, servers: ports) }
      }
    }

    @Test func areInTheSummaryAsText() throws {
      try Namespace.within { inode in
        let tracer = try Tracer("trace", "-v", "--netns", "\(inode)", "--ring-kib", "4")
        tracer.process.signal(SIGSTOP)
        _ = try Burst.run(threads: 2, connections: Self.perThread)
        tracer.process.signal(SIGCONT)
        let stderr = try tracer.stop().end.stderr
        let summary = try #require(
          stderr.firstMatch(
            of: /synfin: summary (\d+) transitions, \d+ connections, lost \d+ \(ring (\d+)/))
        let (told, lost) = (Int(summary.1) ?? 0, Int(summary.2) ?? 0)
        #expect(told > 0 && lost > 0 && told + lost == Self.generated)
        // By CPU and program, and in all as many.
        let lines = stderr.matches(of: /synfin: lost in ring, CPU \d+: inet_sock_set_state (\d+)/)
        #expect(lines.compactMap { Int($0.1) }.reduce(0, +) == lost)
      }
    }

    /// Every connection of the burst was closed by the client first and carried nothing. Each word
    /// says so, or that it does not know.
    private func expectNothingWrong(_ end: End, servers: [UInt16]) {
      let isClient = servers.contains(end.remotePort)
      #expect(isClient != servers.contains(end.localPort), "\(end)")
      expectOrderlyOrUnknown(end, isClient: isClient)
      #expect(
        end.via == nil && (end.bytesSent ?? 0) == 0 && (end.bytesReceived ?? 0) == 0, "\(end)")
      #expect(end.closer == nil || end.closer?.pid == ownPID, "\(end)")
      #expect(end.killer == nil && (end.synRetrans ?? 0) == 0, "\(end)")
    }
  }

  /// All that two processors can do, with the ring as it comes.
  @Suite struct BurstTests {
    @Test func nothingIsLost() throws {
      try Namespace.within { inode in
        let tracer = try Tracer("trace", "--json", "--netns", "\(inode)")
        _ = try Burst.run(threads: 2, connections: 5_000)
        let totals = try tracer.stop().totals()
        #expect(totals.allLost == 0, "\(totals)")
        #expect(totals.transitions == 10 * 2 * 5_000)
        #expect(totals.connections == 2 * 2 * 5_000)
      }
    }
  }
}

enum Burst {
  /// Makes connections on several threads, each with a listener of its own, and waits until all are
  /// closed. Gives the listeners' ports.
  static func run(threads: Int, connections: Int) throws -> [UInt16] {
    let work = Array(repeating: { try listenAndMake(connections) }, count: threads)
    let ports = try inParallel(work)
    try KernelTables.waitUntilQuiet()
    return ports
  }

  private static func listenAndMake(_ connections: Int) throws -> UInt16 {
    let listener = try Socket.listening()
    try makeOrderly(connections, to: listener)
    return listener.localPort
  }
}
