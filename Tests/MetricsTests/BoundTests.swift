// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Testing

/// However many ports and processes there are, what is kept has a bound, and nothing goes missing.
struct BoundTests {
  @Test func servicesBeyondTheBoundAreOne() throws {
    var host = Host(services: 4)
    for port: UInt16 in 1...10 { host.closeFirst(host.connect(to: port)) }
    _ = host.accept(at: 443)
    _ = host.connect(to: 11)
    let reading = host.read()
    #expect(reading.services.count <= 4 + 3)
    let other = try #require(reading.services[Service(role: .client, port: nil)])
    #expect(other.counters.opened == 7 && other.counters.closes.total == 6)
    #expect(other.live.open == 1 && other.live.timeWait == 6)
    #expect(reading.services[Service(role: .server, port: nil)]?.counters.opened == 1)
    #expect(reading.services.values.reduce(0) { $0 + $1.counters.opened } == 12)
    #expect(reading.services.values.reduce(0) { $0 + $1.live.timeWait } == 10)
  }

  /// Between two ephemeral ports from before the start nobody knows which is the service's: they leave
  /// room for services.
  @Test func whatIsVagueTakesAQuarter() throws {
    var host = Host(services: 8)
    for port: UInt16 in 40_000..<40_100 {
      _ = host.find(.established, localPort: port, remotePort: 50_000)
    }
    for port: UInt16 in 1...6 { _ = host.connect(to: port) }
    let reading = host.read()
    #expect(reading.services[Service(role: .unknown, port: nil)]?.live.open == 98)
    for port: UInt16 in 1...5 { #expect(reading.client(port)?.live.open == 1) }
    #expect(reading.services.values.reduce(0) { $0 + $1.live.open } == 106)
  }

  /// Processes come and go: those that have nothing any more give way.
  @Test func processesThatAreGoneAreOne() throws {
    var host = Host(owners: 8)
    var opened: UInt64 = 0
    for round: UInt32 in 0..<20 {
      for number: UInt32 in 0..<3 {
        let task = Process(pid: 1 + round * 3 + number, comm: Comm("child"))
        host.closeFirst(host.connect(to: 80, by: task), by: task)
        opened += 1
      }
      // Their TIME_WAITs end, and nothing is left of them.
      host.wait(70_000_000_000)
      _ = host.read()
      let reading = host.read()
      #expect(reading.owners.count <= 9)
      #expect(reading.owners.values.reduce(0) { $0 + $1.counters.opened } == opened)
      #expect(reading.owners.values.reduce(0) { $0 + $1.counters.closes.total } == opened)
    }
    // The last ones have rows of their own still.
    #expect(host.read().owners.keys.contains { $0.process?.pid == 60 })
  }

  @Test func aProcessWithConnectionsKeepsItsRow() throws {
    var host = Host(owners: 4)
    _ = host.connect(to: 80, by: Host.curl)
    for pid: UInt32 in 1...20 {
      let task = Process(pid: pid, comm: Comm("child"))
      host.closeFirst(host.connect(to: 80, by: task), by: task)
      host.wait(70_000_000_000)
      _ = host.read()
    }
    #expect(host.read().owner(Host.curl)?.live.open == 1)
  }

  @Test func filters() throws {
    var filter = Filter()
    filter.comm = Comm("nginx")
    var host = Host(filter: filter)
    _ = host.connect(to: 5432)
    host.refused(at: 9)
    host.closeFirst(host.connect(to: 5432))
    _ = host.accept(at: 443)
    let reading = host.read()
    #expect(reading.services.keys.map(\.role) == [.server])
    #expect(reading.owners.keys.map(\.process) == [Host.nginx])
  }
}
