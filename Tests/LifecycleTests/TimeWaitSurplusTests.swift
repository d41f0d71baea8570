// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// One that was ended by hand (`ss -K`) is told by nobody: the kernel counts one less than is followed.
struct TimeWaitSurplusTests {
  private var script = Script()
  private let follower = Follower()
  private let fires: UInt64
  private let mini: Record.Mini

  init() {
    script.leaveTimeWait()
    fires = Script.fires(script.clock - 10_000)
    mini = script.mini(in: .timeWait)
    follower.take(&script)
    follower.confirm(at: script.clock)
    script.wait(20_000_000)
  }

  private mutating func scan(finding isThere: Bool) {
    var mini = mini
    mini.jiffies = Script.jiffies(at: script.clock)
    follower.scan(&script) { if isThere { $0.append(.foundMini(mini)) } }
  }

  @Test func noSurplus() {
    follower.confirm(at: fires)
    #expect(follower.causes == [.timer])
  }

  @Test func beforeItsTimer() {
    follower.compare(at: script.clock, minis: 0)
    #expect(follower.hasDrifted, "a scan tells which it was")
    follower.confirm(at: fires)
    #expect(follower.causes == [.unknown] && follower.timeWaits.first?.endedAt == nil)
  }

  @Test mutating func beforeASYN() {
    follower.compare(at: script.clock, minis: 0)
    script.nextSocket()
    script.openPassively()
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.unknown] && follower.timeWaits.first?.endedAt == nil)
  }

  /// Another was missing: the scan has seen this one.
  @Test mutating func seenSince() {
    follower.compare(at: script.clock, minis: 0)
    scan(finding: true)
    follower.confirm(at: fires)
    #expect(follower.causes == [.timer])
  }

  @Test mutating func missingSince() {
    follower.compare(at: script.clock, minis: 0)
    scan(finding: false)
    follower.confirm(at: fires)
    #expect(follower.causes == [.unknown])
  }

  /// A scan after its time cannot vouch for it, nor for what was expired and not yet told.
  @Test(arguments: [false, true])
  mutating func scannedTooLate(_ isSettled: Bool) {
    follower.compare(at: script.clock, minis: 0)
    script.wait(60_000_000)
    if isSettled { follower.settle(at: script.clock) }
    scan(finding: false)
    follower.confirm(at: script.clock)
    #expect(follower.causes == [.unknown] && follower.timeWaits.first?.endedAt == nil)
  }
}
