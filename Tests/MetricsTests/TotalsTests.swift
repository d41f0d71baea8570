// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Testing

/// What is counted to be scraped: each connection once, when it happens.
struct TotalsTests {
  @Test func eachIsCountedOnce() throws {
    var host = Host()
    let sockets = (0..<13).map { _ in host.connect(to: 5432) }
    for _ in 0..<11 { _ = host.accept(at: 443) }
    #expect(host.snapshot().client(5432)?.counters.opened == 13)
    for socket in sockets.prefix(5) { host.closeFirst(socket) }
    for _ in 0..<2 {
      let snapshot = host.snapshot()
      let (client, server) = (
        try #require(snapshot.client(5432)), try #require(snapshot.server(443))
      )
      #expect(client.counters.opened == 13 && client.counters.connectTime.count == 13)
      #expect(client.counters.closes[.fourWay, .local] == 5 && client.counters.closes.total == 5)
      #expect(client.counters.lifetime.count == 5 && client.live.states[.established] == 8)
      #expect(server.counters.opened == 11 && server.counters.handshakeRTT.count == 11)
      #expect(snapshot.services.count == 2)
    }
  }

  /// Its end proves that there was a handshake, of which nothing was told.
  @Test func anOpenWhoseEstablishedWasLost() throws {
    var host = Host()
    let socket = host.dial(5432)
    host.receiveFIN(socket)
    #expect(host.snapshot().client(5432)?.counters.opened == 0)
    host.closeSecond(socket)
    for _ in 0..<2 {
      let counters = try #require(host.snapshot().client(5432)).counters
      #expect(counters.opened == 1 && counters.connectTime.count == 0)
      #expect(counters.rttUnknown[.notSeen] == 1 && counters.closes.total == 1)
    }
  }

  @Test func failures() throws {
    var host = Host()
    for _ in 0..<3 { host.refused(at: 9999) }
    for _ in 0..<2 { host.timedOut(at: 9999) }
    let counters = try #require(host.snapshot().client(9999)).counters
    #expect(counters.failures[.refused] == 3 && counters.failures[.timeout] == 2)
    #expect(counters.opened == 0 && counters.closes.total == 0)
  }

  /// What was awaited until the stop is told after the last look.
  @Test func whatTheStopTells() throws {
    var filter = Filter()
    filter.comm = Comm("curl")
    var host = Host(filter: filter)
    _ = host.connect(to: 5432)
    var snapshot = host.snapshot()
    #expect(snapshot.client(5432)?.counters.opened == 0)
    _ = host.finish()
    host.numbers.totals.refresh(&snapshot)
    #expect(snapshot.client(5432)?.counters.opened == 1)
    #expect(snapshot.client(5432)?.live.open == 1)
  }

  /// A state that has been seen is told as 0 from then on.
  @Test func statesThatHaveBeen() throws {
    var host = Host()
    let socket = host.accept(at: 443)
    host.receiveFIN(socket)
    #expect(host.snapshot().server(443)?.live.states[.closeWait] == 1)
    host.closeSecond(socket)
    let row = try #require(host.snapshot().server(443))
    #expect(row.seen.counted.map(\.word) == [.closeWait] && row.live.states.total == 0)
    #expect(row.live.closeWaitOldest == nil)
  }

  @Test func whatWasThereBefore() throws {
    var host = Host()
    let socket = host.find(.established, localPort: 443, remotePort: 50_000)
    #expect(host.snapshot().unknown(443)?.live.open == 1)
    host.receiveFIN(socket)
    host.closeSecond(socket)
    let counters = try #require(host.snapshot().unknown(443)).counters
    #expect(counters.opened == 0 && counters.closes[.fourWay, .remote] == 1)
    #expect(counters.lifetime.count == 0)
  }

  // MARK: Filters

  @Test func filtersByPort() throws {
    var filter = Filter()
    filter.remotePort = 5432
    var host = Host(filter: filter)
    host.closeFirst(host.connect(to: 5432))
    host.closeFirst(host.connect(to: 80))
    host.refused(at: 9)
    let snapshot = host.snapshot()
    #expect(snapshot.services.keys.map(\.port) == [5432])
    #expect(snapshot.minis.values.reduce(0) { $0 + $1.timeWait } == 1)
    #expect(snapshot.transitions > 10, "of all that was received")
  }

  /// Who it belongs to may be known only late: it is counted when it ends, and once.
  @Test func filtersByOwner() throws {
    var filter = Filter()
    filter.comm = Comm("nginx")
    var host = Host(filter: filter)
    host.closeFirst(host.connect(to: 5432))
    let socket = host.accept(at: 443)
    let (opening, open) = (host.snapshot(), host.snapshot())
    #expect(opening.services.keys.map(\.role) == [.server])
    #expect(open.server(443)?.live.open == 1)
    host.closeFirst(socket, by: Host.nginx)
    for _ in 0..<2 {
      let snapshot = host.snapshot()
      #expect(snapshot.server(443)?.counters.opened == 1)
      #expect(snapshot.server(443)?.counters.closes.total == 1)
      #expect(snapshot.services.count == 1)
    }
  }
}
