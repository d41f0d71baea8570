// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// What a scan makes of the ledger.
struct TimeWaitScanTests {
  private var script = Script()
  private let follower = Follower()

  /// Those that were there before: whose they were is not known.
  @Test mutating func foundGetsIn() throws {
    let at = script.clock
    follower.scan(&script) { $0.foundMini(.timeWait) }
    #expect(follower.minis == 1)
    follower.confirm(at: Script.fires(at))
    let end = try #require(follower.timeWaits.first)
    #expect(end.id == nil && end.beganAt == nil && end.cause == .timer && !end.leftBy.isKnown)
    #expect(end.endedAt == Script.fires(at))
  }

  @Test mutating func unseenLeaves() {
    script.leaveTimeWait()
    follower.scan(&script)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.unknown] && follower.timeWaits.first?.endedAt == nil)
    #expect(follower.minis == 0)
  }

  /// The scan was there before it.
  @Test mutating func youngerStays() {
    follower.scan(&script) { $0.leaveTimeWait() }
    follower.settle(at: script.clock)
    #expect(follower.timeWaits.isEmpty && follower.minis == 1)
  }

  @Test mutating func seenStaysWhatItWas() {
    script.leaveTimeWait()
    let fires = Script.fires(script.clock - 10_000)
    follower.take(&script)
    // As the kernel's timer is set.
    var mini = script.mini(in: .timeWait)
    script.wait(20_000_000)
    mini.jiffies = Script.jiffies(at: script.clock)
    follower.scan(&script) { $0.append(.foundMini(mini)) }
    #expect(follower.minis == 1)
    follower.confirm(at: fires)
    #expect(follower.causes == [.timer] && follower.timeWaits.map(\.id) == [1])
    #expect(follower.timeWaits.first?.beganAt != nil)
  }

  /// A restart that was not told: the scan knows better.
  @Test mutating func takesOverTheTimer() {
    script.leaveTimeWait()
    follower.take(&script)
    script.wait(30_000_000)
    let at = script.clock
    follower.scan(&script) { $0.foundMini(.timeWait) }
    follower.confirm(at: Script.fires(at) - 1)
    #expect(follower.timeWaits.isEmpty)
    follower.confirm(at: Script.fires(at))
    #expect(follower.causes == [.timer])
  }

  /// Only what the scan has told whole is believed to be whole.
  @Test mutating func otherNamespaceStays() {
    script.leaveTimeWait()
    follower.take(&script)
    follower.tracker.beginScan()
    script.scanned(1, address: 0xffff_8880_0000_1000)
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.timeWaits.isEmpty && follower.minis == 1)
  }

  /// A timer that is due has fired, or is about to: it is not told twice.
  @Test mutating func dueIsNotTakenIn() {
    let at = script.clock
    follower.scan(&script) { $0.foundMini(.timeWait) }
    let found = follower.tracker.ledger.entries[1]
    follower.confirm(at: Script.fires(at))
    script.wait(70_000_000)
    follower.scan(&script) {
      $0.append(
        .foundMini(
          Record.Mini(
            substate: .timeWait, expires: found.expires, jiffies: Script.jiffies(at: $0.clock),
            net: Script.net)))
    }
    follower.confirm(at: script.clock + 1_000_000_000)
    #expect(follower.causes == [.timer])
  }

  /// Unseen, and its timer was due by then: it is that which ended it.
  @Test mutating func unseenAfterItsTimer() {
    script.leaveTimeWait()
    let fires = Script.fires(script.clock - 10_000)
    follower.take(&script)
    follower.settle(at: fires - 1)
    script.wait(70_000_000)
    follower.scan(&script)
    follower.confirm(at: script.clock)
    #expect(follower.causes == [.timer] && follower.timeWaits.first?.endedAt == fires)
  }

  /// A FIN_WAIT2 that a scan finds and that nobody tells of again: no TIME_WAIT.
  @Test mutating func finWait2() {
    follower.scan(&script) { $0.foundMini(.finWait2) }
    #expect(follower.minis == 1)
    follower.scan(&script)
    follower.settle(at: script.clock)
    #expect(follower.timeWaits.isEmpty && follower.minis == 0)
  }

  /// Its FIN is told: when it began is known, whose it was is not.
  @Test mutating func finToAFoundOne() throws {
    follower.scan(&script) { $0.foundMini(.finWait2) }
    script.wait(1_000_000)
    let at = script.clock
    script.mini(.timeWait)
    follower.take(&script)
    follower.confirm(at: script.clock + 70_000_000_000)
    let end = try #require(follower.timeWaits.first)
    #expect(end.id == nil && end.beganAt == at && end.cause == .timer)
  }

  /// Without following, minis are nobody's concern.
  @Test mutating func notFollowed() {
    var tracker = Tracker(startedAt: 0, tiers: .all)
    script.leaveTimeWait()
    script.foundMini(.timeWait)
    script.scanned()
    for record in script.records { tracker.apply(record, into: &follower.collector) }
    #expect(tracker.ledger.count == 0 && tracker.namespacesToAsk.isEmpty)
  }
}
