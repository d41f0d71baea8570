// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Of a TIME_WAIT whose time was not told in full, it is not said what ended it, nor when.
struct TimeWaitDoubtTests {
  /// Ways to end that a RST before them, which was not told, makes untrue.
  enum Way: CaseIterable {
    case timer, syn, reuseConnect

    var cause: TimeWaitEnd.Cause {
      switch self {
      case .timer: .timer
      case .syn: .syn
      case .reuseConnect: .reuseConnect
      }
    }

    func write(_ script: inout Script) {
      script.nextSocket()
      switch self {
      case .timer: script.wait(70_000_000)
      case .syn: script.openPassively()
      case .reuseConnect: script.openActively()
      }
    }
  }

  private func ends(
    _ way: Way, tiers: Tiers = .all, losing: (inout Losses) -> Void = { _ in }
  ) -> [TimeWaitEnd] {
    let follower = Follower(tiers: tiers)
    var script = Script()
    script.leaveTimeWait()
    follower.take(&script)
    follower.settle(at: script.clock)
    script.wait(5_000_000)
    losing(&follower.losses)
    follower.settle(at: script.clock)
    script.wait(5_000_000)
    way.write(&script)
    follower.take(&script)
    follower.confirm(at: script.clock)
    return follower.timeWaits
  }

  @Test(arguments: Way.allCases)
  func nothingLost(_ way: Way) {
    #expect(ends(way).map(\.cause) == [way.cause])
    #expect(ends(way).first?.endedAt != nil)
  }

  @Test(arguments: Way.allCases)
  func withoutMinis(_ way: Way) {
    let told = ends(way, tiers: [.resets, .scans])
    #expect(told.map(\.cause) == [.unknown] && told.first?.endedAt == nil)
    #expect(told.first?.beganAt != nil, "that was seen")
  }

  @Test(arguments: Way.allCases)
  func minisLost(_ way: Way) {
    let told = ends(way) { $0.ring.minis += 1 }
    #expect(told.map(\.cause) == [.unknown] && told.first?.endedAt == nil)
  }

  @Test(arguments: Way.allCases)
  func transitionsLost(_ way: Way) {
    let told = ends(way) { $0.ring.transitions += 1 }
    #expect(told.map(\.cause) == [.unknown] && told.first?.endedAt == nil)
  }

  /// An owner or a RST to a socket that was lost has nothing to do with it.
  @Test(arguments: Way.allCases)
  func othersLost(_ way: Way) {
    let told = ends(way) {
      $0.ring.owners += 1
      $0.ring.resetsSent += 1
    }
    #expect(told.map(\.cause) == [way.cause])
  }

  /// What was lost before it began is no doubt.
  @Test func lostBefore() {
    let follower = Follower()
    var script = Script()
    follower.losses.ring.minis = 9
    follower.settle(at: script.clock - 1000)
    script.leaveTimeWait()
    follower.take(&script)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.causes == [.timer])
  }

  /// The first FIN to a FIN_WAIT2 was not told, a second was: TIME_WAIT did not begin with that.
  @Test func beginningLost() {
    let follower = Follower()
    var script = Script()
    script.leaveOrphan()
    follower.take(&script)
    follower.settle(at: script.clock)
    script.wait(5_000_000)
    follower.losses.ring.minis += 1
    follower.settle(at: script.clock)
    script.wait(5_000_000)
    script.mini(.timeWait)
    follower.take(&script)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.timeWaits.map(\.beganAt) == [nil])
    #expect(follower.causes == [.unknown])
  }

  /// The open of a child was lost: when it took the addresses is not known.
  @Test func openLost() {
    let follower = Follower()
    var script = Script()
    script.leaveTimeWait()
    follower.take(&script)
    follower.settle(at: script.clock)
    script.wait(5_000_000)
    script.nextSocket()
    script.base = []
    script.establish(from: .synRecv)
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.timeWaits.map(\.endedAt) == [nil])
  }

  /// Where the namespace cannot be asked, it may have gone, and its timers with it.
  @Test func probeUnavailable() {
    let follower = Follower()
    var script = Script()
    script.leaveTimeWait()
    follower.take(&script)
    let now = script.clock + 70_000_000_000
    follower.settle(at: now)
    #expect(follower.timeWaits.isEmpty, "not yet sure")
    follower.tracker.compare(Script.name, nil, nil)
    follower.settle(at: now)
    #expect(follower.causes == [.unknown] && follower.timeWaits.first?.endedAt == nil)
    #expect(follower.namespaces.isEmpty, "there is nothing more to ask")
  }
}
