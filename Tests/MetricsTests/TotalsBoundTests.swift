// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Testing

/// However many ports there are, few have numbers of their own, and the sums are whole.
struct TotalsBoundTests {
  private static let idleTime: UInt64 = 901_000_000_000

  private func opened(_ snapshot: Snapshot) -> UInt64 {
    snapshot.services.values.reduce(0) { $0 + $1.counters.opened }
  }

  @Test func whatIsBeyondIsCountedAsOther() throws {
    var host = Host(maxPorts: 4)
    for port: UInt16 in 1...10 { _ = host.connect(to: port) }
    for _ in 0..<3 { _ = host.accept(at: 443) }
    let snapshot = host.snapshot()
    for port: UInt16 in 1...4 { #expect(snapshot.client(port)?.counters.opened == 1) }
    #expect(snapshot.client(nil)?.counters.opened == 6 && snapshot.client(nil)?.live.open == 6)
    #expect(snapshot.server(nil)?.counters.opened == 3)
    #expect(snapshot.services.count == 6 && opened(snapshot) == 13)
    #expect(snapshot.beyondPorts == 9)
    // To be looked at is no connection more.
    #expect(host.snapshot().beyondPorts == 9)
  }

  /// Both sides of a service share the place.
  @Test func aPortIsOnePlace() {
    var host = Host(maxPorts: 2)
    for port: UInt16 in 1...2 {
      _ = host.connect(to: port)
      _ = host.accept(at: port)
    }
    #expect(host.snapshot().beyondPorts == 0 && host.snapshot().services.count == 4)
  }

  /// A scan of this host's neighbours, which all refuse.
  @Test func failedOpensTakeAQuarter() {
    var host = Host(maxPorts: 16)
    for port: UInt16 in 1...1_000 { host.refused(at: port) }
    for port: UInt16 in 2_001...2_012 { _ = host.accept(at: port) }
    let snapshot = host.snapshot()
    #expect(snapshot.services.keys.count { $0.role == .client && $0.port != nil } == 4)
    #expect(snapshot.client(nil)?.counters.failures[.refused] == 996)
    #expect(snapshot.services.keys.count { $0.role == .server && $0.port != nil } == 12)
    #expect(snapshot.beyondPorts == 996)
  }

  @Test func aPortWithConnectionsKeepsItsPlace() {
    var host = Host(maxPorts: 1)
    _ = host.accept(at: 443)
    for round: UInt64 in 1...4 {
      host.wait(Self.idleTime)
      _ = host.accept(at: 80)
      let snapshot = host.snapshot()
      #expect(snapshot.server(443)?.counters.opened == 1)
      #expect(snapshot.server(nil)?.counters.opened == round)
    }
  }

  @Test func anIdlePortKeepsItsPlaceWhereNobodyWantsIt() {
    var host = Host(maxPorts: 2)
    host.refused(at: 80)
    for _ in 0..<3 {
      host.wait(Self.idleTime)
      #expect(host.snapshot().client(80)?.counters.failures.total == 1)
    }
  }

  /// The row ends whole; another one of the same port begins anew, and says since when.
  @Test func anIdlePortGivesUpItsPlace() throws {
    var host = Host(maxPorts: 1)
    host.receiveReset(host.accept(at: 443))
    let first = try #require(host.snapshot().server(443)?.since)
    host.wait(Self.idleTime)
    let early = host.accept(at: 80)
    #expect(host.snapshot().server(nil)?.counters.opened == 1)
    for socket in [early, host.accept(at: 80)] { host.receiveReset(socket) }
    var snapshot = host.snapshot()
    #expect(snapshot.server(443) == nil)
    #expect(snapshot.server(80)?.counters.opened == 1)
    #expect(snapshot.server(nil)?.counters.opened == 1, "a counter keeps what it has")
    _ = host.accept(at: 443)
    host.wait(Self.idleTime)
    _ = host.snapshot()
    _ = host.accept(at: 443)
    snapshot = host.snapshot()
    #expect(snapshot.server(443)?.counters.opened == 1)
    #expect(try #require(snapshot.server(443)?.since) > first)
  }

  /// It is counted by role: the end of a port's row takes nothing from it.
  @Test func unknownRoundTripsOutliveTheirPorts() {
    var host = Host(maxPorts: 1)
    host.receiveReset(host.accept(at: 443, rtt: 0))
    #expect(host.snapshot().rttUnknown[.server]?[.noSample] == 1)
    host.wait(Self.idleTime)
    _ = host.accept(at: 80, rtt: 0)
    _ = host.snapshot()
    let snapshot = host.snapshot()
    #expect(snapshot.server(443) == nil)
    #expect(snapshot.rttUnknown[.server]?[.noSample] == 2)
    #expect(snapshot.rttUnknown[.client] == nil)
  }

  // MARK: TIME_WAIT

  /// A client's local port was taken for that connection alone.
  @Test func ephemeralPortsAreOther() {
    var host = Host()
    for _ in 0..<3 { host.closeFirst(host.connect(to: 5432)) }
    for _ in 0..<2 { host.closeFirst(host.accept(at: 443), by: Host.nginx) }
    let minis = host.snapshot().minis
    #expect(minis[443] == MiniCount(timeWait: 2))
    #expect(minis[nil] == MiniCount(timeWait: 3))
    #expect(minis.count == 2)
  }

  @Test func whatTheNamespaceSays() {
    var host = Host()
    for _ in 0..<3 { host.closeFirst(host.connect(to: 5432)) }
    _ = host.connect(to: 5432)
    var snapshot = host.snapshot()
    #expect(snapshot.drift == nil && snapshot.timeWaitLimit == nil && snapshot.portsUsed == nil)
    host.say(minis: 2, limit: 65_536, ports: 40_000...40_099)
    snapshot = host.snapshot()
    #expect(snapshot.drift == 1 && snapshot.timeWaitLimit == 65_536)
    #expect(snapshot.portsUsed == 0.04)
  }

  /// Where only one namespace is followed, the limit is that one's, wherever the tracer is.
  @Test func limitOfTheNamespaceThatIsFollowed() {
    var filter = Filter()
    filter.netns = Host.netns
    var host = Host(filter: filter)
    host.closeFirst(host.connect(to: 5432))
    host.say(minis: 1, limit: 65_536)
    #expect(host.snapshot(home: 7).timeWaitLimit == 65_536)
    host = Host()
    host.closeFirst(host.connect(to: 5432))
    host.say(minis: 1, limit: 65_536)
    #expect(host.snapshot(home: 7).timeWaitLimit == nil)
  }
}
