// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Testing

/// What there is now.
struct LiveGaugeTests {
  @Test func states() throws {
    var host = Host()
    _ = host.dial(5432)
    let sockets = (0..<4).map { _ in host.connect(to: 5432) }
    host.receiveFIN(sockets[0])
    host.closeFirst(sockets[1])
    let live = try #require(host.read().client(5432)).live
    #expect(live.opening == 1 && live.open == 3)
    #expect(live.states[.synSent] == 1 && live.states[.established] == 2)
    #expect(live.closeWait == 1 && live.states[.closed] == 0)
    #expect(live.timeWait == 1 && live.finWait2 == 0)
  }

  @Test func theOldestCloseWait() throws {
    var host = Host()
    let sockets = (0..<3).map { _ in host.accept(at: 443) }
    #expect(host.read().server(443)?.live.closeWaitOldest == nil)
    host.receiveFIN(sockets[0])
    let began = host.now
    host.wait(7_000_000_000)
    host.receiveFIN(sockets[1])
    let reading = host.read()
    #expect(
      reading.server(443)?.live.closeWaitOldest
        == Live.Age(nanoseconds: reading.at - began, isAtLeast: false))
    host.closeSecond(sockets[0])
    host.closeSecond(sockets[1])
    #expect(host.read().server(443)?.live.closeWaitOldest == nil)
  }

  /// It was in CLOSE_WAIT before anybody looked: at least so long.
  @Test func aCloseWaitFromBefore() throws {
    var host = Host()
    _ = host.find(.closeWait, localPort: 443, remotePort: 50_000)
    let seen = host.now
    host.wait(3_000_000_000)
    let reading = host.read()
    #expect(
      reading.unknown(443)?.live.closeWaitOldest
        == Live.Age(nanoseconds: reading.at - seen, isAtLeast: true))
  }

  /// One that was there before, and came to CLOSE_WAIT under our eyes.
  @Test func aCloseWaitOfOneFromBefore() throws {
    var host = Host()
    let socket = host.find(.established, localPort: 443, remotePort: 50_000)
    host.wait(3_000_000_000)
    host.receiveFIN(socket)
    let began = host.now
    let reading = host.read()
    #expect(
      reading.unknown(443)?.live.closeWaitOldest
        == Live.Age(nanoseconds: reading.at - began, isAtLeast: false))
  }

  /// TIME_WAIT is the service's whose connection it was, on whichever side it was left.
  @Test func timeWaits() throws {
    var host = Host()
    for _ in 0..<3 { host.closeFirst(host.connect(to: 5432)) }
    for _ in 0..<2 { host.closeFirst(host.accept(at: 443), by: Host.nginx) }
    let reading = host.read()
    #expect(reading.client(5432)?.live.timeWait == 3)
    #expect(reading.server(443)?.live.timeWait == 2)
    #expect(reading.owner(Host.curl)?.live.timeWait == 3)
    #expect(reading.owner(Host.nginx)?.live.timeWait == 2)
    host.wait(70_000_000_000)
    // Its timers have fired; that the namespace was still there is not asked here.
    #expect(host.read().client(5432)?.live.timeWait == 0)
  }

  /// The share of the ephemeral ports is told once the namespace has said which they are.
  @Test func portsInUse() throws {
    var host = Host()
    for _ in 0..<3 { host.closeFirst(host.connect(to: 5432)) }
    for _ in 0..<2 { _ = host.connect(to: 5432) }
    _ = host.dial(5432)
    _ = host.accept(at: 443)
    #expect(host.read().fullest.isEmpty)
    host.say(minis: 3, ports: 40_000...40_099)
    let use = try #require(host.read().fullest[5432])
    #expect(use.used == 6 && use.range == 100)
    #expect(use.local == Host.here && use.remote == Host.there && use.netns == Host.netns)
    #expect(host.read().fullest.count == 1)
  }
}
