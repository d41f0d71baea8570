// SPDX-License-Identifier: Apache-2.0
import Foundation
import MadeUpManager
import Testing

@testable import synfin

/// What a service manager hears.
@Suite struct ServiceManagerTests {
  @Test(arguments: Inbox.Place.allCases)
  func states(_ place: Inbox.Place) throws {
    let inbox = try Inbox(place)
    var manager = ServiceManager(at: 0) { ["NOTIFY_SOCKET": inbox.name][$0] }
    manager.ready("attached")
    #expect(inbox.next() == "READY=1\nSTATUS=attached")
    manager.reloading(at: 12_345_678)
    #expect(inbox.next() == "RELOADING=1\nMONOTONIC_USEC=12345")
    manager.stopping()
    #expect(inbox.next() == "STOPPING=1")
    // Nobody has asked for signs of life.
    #expect(manager.due == nil)
    manager.live(at: .max)
    #expect(inbox.next() == nil)
  }

  @Test(arguments: [nil, String(getpid())])
  func signsOfLife(_ pid: String?) throws {
    let inbox = try Inbox(.abstract)
    let environment = [
      "NOTIFY_SOCKET": inbox.name, "WATCHDOG_USEC": "20000000", "WATCHDOG_PID": pid,
    ]
    var manager = ServiceManager(at: 5) { environment[$0] ?? nil }
    #expect(manager.due == 5)
    manager.live(at: 5)
    #expect(inbox.next() == "WATCHDOG=1")
    #expect(manager.due == 10_000_000_005)
    manager.live(at: 10_000_000_004)
    #expect(inbox.next() == nil)
    manager.live(at: 10_000_000_005)
    #expect(inbox.next() == "WATCHDOG=1")
  }

  /// Of a parent, of nobody, or nonsense.
  @Test(arguments: [
    ["WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "1"], ["WATCHDOG_PID": String(getpid())],
    ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "-1"], ["WATCHDOG_USEC": "soon"],
  ])
  func noSignsOfLife(_ watchdog: [String: String]) throws {
    let inbox = try Inbox(.abstract)
    let manager = ServiceManager(at: 5) { $0 == "NOTIFY_SOCKET" ? inbox.name : watchdog[$0] }
    #expect(manager.due == nil)
  }

  /// The greatest limit there can be is no trap.
  @Test func aLongLimit() throws {
    let inbox = try Inbox(.abstract)
    let environment = ["NOTIFY_SOCKET": inbox.name, "WATCHDOG_USEC": String(UInt64.max)]
    var manager = ServiceManager(at: 5) { environment[$0] }
    manager.live(at: 5)
    #expect(inbox.next() == "WATCHDOG=1")
  }

  @Test(arguments: [
    "", "/", "@", "relative", "vsock:2:1234", "/nonexistent/notify",
    "/" + String(repeating: "x", count: 200),
  ])
  func nobodyThere(_ name: String) {
    let environment = ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000"]
    var manager = ServiceManager(at: 5) { environment[$0] }
    manager.ready("attached")
    manager.live(at: 5)
    manager.stopping()
  }

  /// Who does not listen holds nothing up, and hears the latest once there is room.
  @Test func noRoom() throws {
    let inbox = try Inbox(.abstract)
    var manager = ServiceManager(at: 0) { ["NOTIFY_SOCKET": inbox.name][$0] }
    var sent = 0
    while manager.due == nil {
      manager.ready("\(sent)")
      sent += 1
    }
    var heard: [String] = []
    while let state = inbox.next() { heard.append(state) }
    #expect(heard.count == sent - 1)
    let due = manager.due
    manager.live(at: try #require(due))
    #expect(inbox.next() == "READY=1\nSTATUS=\(sent - 1)")
    #expect(manager.due == nil)
  }
}
