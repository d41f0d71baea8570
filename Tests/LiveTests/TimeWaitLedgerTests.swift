// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// What is counted in TIME_WAIT, port by port, beside the kernel's own list: while thousands come,
  /// are used again, are killed, and age, until the last is gone.
  @Suite struct TimeWaitLedgerTests {
    @Test func exactUnderChurn() throws {
      try Namespace.within { inode in
        // The clients' ports are named, so that none is used again but on purpose.
        try set("ip_local_port_range", "50000 60999")
        var ports = (UInt16(20_000)...).makeIterator()
        try set("tcp_tw_reuse", "1")
        // Long enough for what is made here, and short enough to see them expire.
        try set("tcp_fin_timeout", "40")
        let churn = try Watched(inode)
        let listeners = try (0..<5).map { _ in try Socket.listening() }
        try churn.compare(0)

        // Servers that close first, and clients that do: each port another number.
        var atServer: [UInt16] = []
        for (listener, count) in zip(listeners, [701, 499, 307, 101]) {
          let clients = try (0..<count).map { _ in
            try Churn.leave(at: listener, serverFirst: true, from: ports.next())
          }
          if listener === listeners[0] { atServer = clients }
        }
        try churn.compare(1_608)
        var atClient: [UInt16] = []
        for (listener, count) in zip(listeners, [797, 603]) {
          let clients = try (0..<count).map { _ in
            try Churn.leave(at: listener, serverFirst: false, from: ports.next())
          }
          if listener === listeners[0] { atClient = clients }
        }
        try churn.compare(3_008)

        // Orphans: those whose peer closes go on in TIME_WAIT, the others expire.
        let peers = try Churn.orphans(151, at: listeners[4])
        try churn.compare(3_159)
        for peer in peers.prefix(97) { peer.close() }
        try churn.compare(3_159)

        // The same ports again: by a SYN that comes, and by one that goes.
        for port in atServer.prefix(53) { try Churn.again(at: listeners[0], from: port) }
        try churn.compare(3_106)
        for port in atClient.prefix(47) { try Churn.again(at: listeners[0], from: port) }
        try churn.compare(3_059)

        try resetSome((0..<13).compactMap { _ in ports.next() }, at: listeners[1])
        try churn.compare(3_059)

        // Without a word from the kernel.
        let port = listeners[3].localPort
        let kill = try Child.run("ss", "-HtanK", "state", "time-wait", "sport = :\(port)")
        try #require(kill.status == 0, "\(kill.stderr)")
        try churn.findOut(3_059 - 101)

        try churn.waitUntilEmpty()
        for peer in peers { peer.close() }
        try churn.expect(
          ["syn": 53, "reuse_connect": 47, "rst": 13, "unknown": 101]
            .merging(["timer": 3_008 + 97 - 53 - 47 - 101]) { $1 })
      }
    }

    /// Connections whose TIME_WAIT a RST ends, that are more than what is left (RFC 1337).
    private func resetSome(_ ports: [UInt16], at listener: Socket) throws {
      let wire = try Wire()
      let forger = try Forger()
      for client in ports {
        try Churn.leave(at: listener, serverFirst: true, from: client)
        let last = wire.packets(port: client).last { $0.from == listener.localPort }
        // What it expects next is what it has acknowledged.
        let sequence = try #require(last).acknowledgment
        try forger.reset(from: client, to: listener.localPort, sequence: sequence)
      }
    }

    private func set(_ name: String, _ value: String) throws {
      try value.write(
        toFile: "/proc/sys/net/ipv4/\(name)", atomically: false, encoding: .utf8)
    }
  }
}

/// A namespace under both commands that follow its mini sockets.
private final class Watched {
  private let inode: UInt64
  private let taker: CensusTaker
  private let tracer: Tracer

  init(_ inode: UInt64) throws {
    self.inode = inode
    taker = try CensusTaker("--interval", "0.5", "--netns", "\(inode)")
    tracer = try Tracer("trace", "--json", "--netns", "\(inode)")
  }

  /// At a moment at which nothing moves, both say the same. Returns how many there are.
  private func moment(_ sourceLocation: SourceLocation) throws -> Int {
    let (census, listed) = try taker.moment()
    let told = census.timeWait + census.finWait2Mini
    #expect(census.waiting == listed, sourceLocation: sourceLocation)
    #expect(census.drift == 0 && census.kernelCount == told, sourceLocation: sourceLocation)
    #expect(told == listed.count, sourceLocation: sourceLocation)
    return told
  }

  func compare(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let told = try moment(sourceLocation)
    #expect(told == count, sourceLocation: sourceLocation)
  }

  /// The same where only the kernel's own count can tell.
  func findOut(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try waitUntil("\(count), counted by the kernel") {
      let census = try taker.moment().census
      return census.timeWait + census.finWait2Mini == count
    }
    try compare(count, sourceLocation: sourceLocation)
  }

  /// Compares at every moment until the last timer has fired.
  func waitUntilEmpty(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let deadline = Date(timeIntervalSinceNow: 60 + 6 + patience)
    while try moment(sourceLocation) > 0 {
      try #require(Date() < deadline, "TIME_WAIT for ever")
    }
  }

  /// Stops both, and expects so many ends of TIME_WAIT by each cause, each of its connection's.
  func expect(_ causes: [String: Int]) throws {
    #expect(try taker.tracer.stop().end.stderr.contains("lost 0 "))
    let run = try tracer.stop()
    #expect(try run.totals().allLost == 0)
    let connections = Dictionary(uniqueKeysWithValues: try run.ends().map { ($0.id, $0) })
    let over = try objects("time_wait", in: run.end.stdout, as: TimeWaitOver.self)
    #expect(Dictionary(grouping: over, by: \.endedBy).mapValues(\.count) == causes)
    for end in over {
      let connection = try #require(end.id.flatMap { connections[$0] })
      #expect(connection.endsIn == "TIME_WAIT" && connection.states.last?.at == end.beganUs)
      #expect(connection.local == end.local && connection.remote == end.remote)
      #expect(end.netns == inode && end.leftBy?.pid == ownPID)
      guard end.endedBy == "timer" else { continue }
      let life = try #require(end.endedUs) - #require(end.beganUs)
      #expect(KernelTables.timeWaitLife.contains(life), "\(life) µs")
    }
    #expect(Set(over.map(\.id)).count == over.count)
  }
}

extension KernelTables {
  /// Of a TIME_WAIT, in µs: a minute, and the rest of a turn of the timer wheel's hand, which is 512
  /// jiffies for that long, and 4096 where jiffies are short.
  fileprivate static let timeWaitLife: ClosedRange<Int> = {
    var resolution = timespec()
    unsafe _ = clock_getres(CLOCK_MONOTONIC_COARSE, &resolution)
    let jiffy = resolution.tv_nsec / 1_000
    return 60_000_000 - jiffy...60_000_000 + jiffy * ((jiffy > 2_000 ? 512 : 4_096) + 2)
  }()
}
