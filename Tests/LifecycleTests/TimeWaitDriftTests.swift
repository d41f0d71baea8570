// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// The ledger against the kernel's own count, which moves while it is read.
struct TimeWaitDriftTests {
  private var script = Script()
  private let follower = Follower()

  init() {
    for _ in 0..<3 {
      script.leaveTimeWait()
      script.nextSocket()
      script.tuple.localPort += 1
    }
    follower.take(&script)
    follower.settle(at: script.clock)
  }

  private func compare(_ before: Int?, _ after: Int?) {
    var facts = NamespaceFacts(
      inode: Script.netns, cookie: 1, at: script.clock, jiffies: Script.jiffies(at: script.clock),
      minis: before)
    let first = facts
    facts.minis = after
    follower.tracker.compare(Script.name, first, facts)
  }

  private var drift: Int? {
    follower.tracker.census(at: script.clock).namespaces.first?.drift
  }

  @Test(arguments: [
    (3, 3, 0), (2, 4, 0), (4, 2, 0), (0, 3, 0), (3, 9, 0), (4, 6, -1), (6, 4, -1), (0, 2, 1),
    (2, 0, 1), (0, 0, 3), (7, 7, -4),
  ])
  func isTheLeastThatCanBe(_ before: Int, _ after: Int, _ drift: Int) {
    compare(before, after)
    #expect(self.drift == drift && follower.isDrifting == (drift != 0))
  }

  @Test func notSaidWhereTheKernelDoesNot() {
    compare(nil, nil)
    #expect(drift == nil && !follower.isDrifting)
    compare(nil, 5)
    #expect(!follower.isDrifting)
  }

  /// One difference may be a timer that is late.
  @Test func threeInARowAreADrift() {
    for _ in 0..<2 {
      compare(5, 5)
      compare(5, 5)
      #expect(follower.isDrifting && !follower.hasDrifted)
      compare(3, 3)
      #expect(!follower.isDrifting)
    }
    for _ in 0..<3 { compare(5, 5) }
    #expect(follower.hasDrifted)
    compare(3, 3)
    #expect(!follower.hasDrifted && !follower.isDrifting)
  }

  /// What a scan takes over ends the drift.
  @Test mutating func scanEndsIt() {
    for _ in 0..<3 { compare(2, 2) }
    #expect(follower.hasDrifted)
    follower.scan(&script) {
      for port in UInt16(40_001)...40_002 {
        $0.tuple.localPort = port
        $0.foundMini(.timeWait)
      }
    }
    compare(2, 2)
    #expect(!follower.hasDrifted && drift == 0)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.unknown])
    #expect(follower.timeWaits.first?.tuple.localPort == 40_000)
  }

  /// Each namespace has its own.
  @Test func ofAnother() {
    let other = NamespaceName(inode: 1, address: 2)
    follower.compare(at: script.clock, minis: 9, name: other)
    #expect(!follower.isDrifting, "of which no record was told")
  }
}
