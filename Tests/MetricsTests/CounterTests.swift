// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Testing

/// What has been, to the unit.
struct CounterTests {
  @Test func opensOfBothSides() throws {
    var host = Host()
    for _ in 0..<7 { _ = host.connect(to: 5432) }
    for _ in 0..<11 { _ = host.accept(at: 443) }
    let reading = host.read()
    let (client, server) = (try #require(reading.client(5432)), try #require(reading.server(443)))
    #expect(client.counters.opened == 7 && client.live.open == 7)
    #expect(server.counters.opened == 11 && server.live.open == 11)
    #expect(client.counters.connectTime.count == 7)
    #expect(server.counters.connectTime.count == 0)
    #expect(server.counters.handshakeRTT.count == 11)
    #expect(reading.services.count == 2)
  }

  /// What is counted while it lives is counted once, also when it has ended, and at the end of the run.
  @Test func endsCountNothingTwice() throws {
    var host = Host()
    let sockets = (0..<13).map { _ in host.connect(to: 5432) }
    #expect(host.read().client(5432)?.counters.opened == 13)
    for socket in sockets.prefix(5) { host.closeFirst(socket) }
    for reading in [host.read(), host.finish()] {
      let row = try #require(reading.client(5432))
      #expect(row.counters.opened == 13)
      #expect(row.counters.connectTime.count == 13)
      #expect(row.counters.closes.total == 5)
      #expect(row.counters.closes[.fourWay, .local] == 5)
      #expect(row.counters.lifetime.count == 5)
      #expect(row.counters.failures.total == 0)
    }
  }

  @Test func failuresByReason() throws {
    var host = Host()
    for _ in 0..<3 { host.refused(at: 9999) }
    for _ in 0..<2 { host.timedOut(at: 9999) }
    let row = try #require(host.read().client(9999))
    #expect(row.counters.failures[.refused] == 3)
    #expect(row.counters.failures[.timeout] == 2)
    #expect(row.counters.failures.counted.map(\.word) == [.refused, .timeout])
    #expect(row.counters.failures.total == 5)
    #expect(row.counters.opened == 0 && row.counters.closes.total == 0)
    #expect(row.live.states.total == 0)
  }

  @Test func closesByKindAndWhoClosedFirst() throws {
    var host = Host()
    let sockets = (0..<6).map { _ in host.accept(at: 443) }
    host.closeFirst(sockets[0])
    host.closeFirst(sockets[1])
    for socket in sockets[2...4] {
      host.receiveFIN(socket)
      host.closeSecond(socket)
    }
    host.receiveReset(sockets[5])
    let closes = try #require(host.read().server(443)).counters.closes
    #expect(closes[.fourWay, .local] == 2)
    #expect(closes[.fourWay, .remote] == 3)
    #expect(closes[.resetReceived, nil] == 1)
    #expect(closes.total == 6 && closes.resets == 1)
    #expect(closes.count(.local) == 2 && closes.count(.remote) == 3)
    #expect(closes.counted.map(\.count) == [3, 2, 1])
  }

  /// A round trip that is not known is counted by why, and is in no histogram.
  @Test func unknownRoundTrips() throws {
    var host = Host()
    _ = host.accept(at: 443)
    _ = host.accept(at: 443, retrans: 2)
    _ = host.accept(at: 443, rtt: 3_000)
    _ = host.accept(at: 443, rtt: 0)
    let counters = try #require(host.read().server(443)).counters
    #expect(counters.opened == 4 && counters.handshakeRTT.count == 1)
    #expect(counters.rttUnknown[.retransmitted] == 1)
    #expect(counters.rttUnknown[.timestampSample] == 1)
    #expect(counters.rttUnknown[.noSample] == 1)
    #expect(counters.rttUnknown.total == 3)
    #expect(counters.handshakeRetrans == 2)
  }

  @Test func latenciesAreNanoseconds() throws {
    var host = Host()
    _ = host.connect(to: 5432, in: 1_000_000)
    _ = host.accept(at: 443, rtt: 84)
    let reading = host.read()
    #expect(reading.client(5432)?.counters.connectTime.sum == 1_000_000)
    #expect(reading.client(5432)?.counters.handshakeRTT.sum == 84_000)
    #expect(reading.server(443)?.counters.handshakeRTT.sum == 84_000)
  }

  /// Its opening was not seen: it is no opened connection, and its close is one all the same.
  @Test func whatWasThereBefore() throws {
    var host = Host()
    let socket = host.find(.established, localPort: 443, remotePort: 50_000)
    _ = host.find(.established, localPort: 50_001, remotePort: 5432)
    var reading = host.read()
    // By the lower port, on no side.
    #expect(reading.unknown(443)?.live.open == 1)
    #expect(reading.unknown(5432)?.live.open == 1)
    #expect(reading.unknown(443)?.counters == Counters())
    host.receiveFIN(socket)
    host.closeSecond(socket)
    reading = host.read()
    #expect(reading.unknown(443)?.counters.opened == 0)
    #expect(reading.unknown(443)?.counters.closes[.fourWay, .remote] == 1)
    #expect(reading.unknown(443)?.counters.lifetime.count == 0)
  }

  @Test func owners() throws {
    var host = Host()
    let early = host.accept(at: 443, by: nil)
    _ = host.accept(at: 443)
    _ = host.connect(to: 5432)
    var reading = host.read()
    #expect(reading.owner(Host.nginx)?.counters.opened == 1)
    #expect(reading.owner(Host.curl)?.counters.opened == 1)
    #expect(reading.owner(.none)?.counters.opened == 1)
    // Learned late, and right from then on.
    host.tell(early, .taken(.accept, cgroup: 8, uid: 33, task: Host.nginx), .hasSocket)
    reading = host.read()
    #expect(reading.owner(Host.nginx)?.counters.opened == 2)
    #expect(reading.owner(.none)?.counters.opened ?? 0 == 0)
  }
}
