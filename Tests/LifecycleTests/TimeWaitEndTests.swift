// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// What ends a TIME_WAIT, and what does not.
struct TimeWaitEndTests {
  private var script = Script()
  private var beganAt: UInt64 = 0

  init() {
    script.leaveTimeWait()
    beganAt = script.clock - 10_000
  }

  /// To the jiffy.
  @Test mutating func timer() {
    let follower = Follower()
    follower.take(&script)
    let fires = Script.fires(beganAt)
    #expect(fires > beganAt + 60_000_000_000 && fires <= beganAt + 62_052_000_000)
    follower.confirm(at: fires - 1)
    #expect(follower.timeWaits.isEmpty)
    follower.confirm(at: fires)
    #expect(follower.causes == [.timer] && follower.timeWaits.first?.endedAt == fires)
  }

  /// A segment that is answered starts the minute again; the record says until when.
  @Test mutating func restart() {
    script.wait(40_000_000)
    script.mini(.timeWait)
    let fires = Script.fires(script.clock - 10_000)
    let follower = Follower()
    follower.take(&script)
    follower.confirm(at: Script.fires(beganAt) + 1_000_000_000)
    #expect(follower.timeWaits.isEmpty)
    follower.confirm(at: fires)
    #expect(follower.causes == [.timer])
    #expect(follower.timeWaits.first?.beganAt == beganAt)
    #expect(follower.timeWaits.first?.endedAt == fires)
  }

  @Test mutating func rst() {
    script.wait(5_000_000)
    let at = script.clock
    script.mini(.timeWait, isGone: true, hasRST: true)
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: at + 1)
    #expect(follower.causes == [.rst] && follower.timeWaits.first?.endedAt == at)
    #expect(follower.minis == 0)
  }

  /// `tcp_rfc1337`: it survives.
  @Test mutating func ignoredRST() {
    script.wait(5_000_000)
    script.mini(.timeWait, hasRST: true)
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.timeWaits.isEmpty && follower.minis == 1)
  }

  /// Data or a RST for a FIN_WAIT2 ends a connection, and no TIME_WAIT.
  @Test(arguments: [(false, false), (true, false), (false, true)])
  func finWait2(_ hasRST: Bool, _ hasSYN: Bool) {
    var script = Script()
    script.leaveOrphan()
    script.mini(.finWait2, isGone: true, hasRST: hasRST, hasSYN: hasSYN)
    let follower = Follower()
    follower.take(&script)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.timeWaits.isEmpty && follower.minis == 0)
  }

  /// A segment that has met a mini socket whose hash place was lost to something else: gone.
  @Test mutating func goneWithoutARST() {
    script.mini(.timeWait, isGone: true)
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.unknown])
  }

  /// IPv6, and IPv4 in an IPv6 socket: by their addresses like any other.
  @Test(arguments: [
    Address(high: 0x2001_0db8_0000_0000, low: 7), Address(v4: 0x0a00_0002),
  ])
  func ipv6(_ peer: Address) {
    var script = Script()
    script.base.insert(.ipv6)
    script.tuple.remote = peer
    script.openActively()
    script.shut(.established, .finWait1)
    script.base.insert(.ipv6)
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .done, sameSegment: true)
    script.wait(1_000_000)
    script.mini(.timeWait, isGone: true, hasRST: true)
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.rst])
    #expect(follower.timeWaits.first?.isIPv6 == true)
    #expect(follower.timeWaits.first?.tuple.remote == peer)
  }

  /// The same tuple in another namespace is another.
  @Test mutating func otherNamespace() {
    script.mini(.timeWait, isGone: true, hasRST: true)
    script.records[script.records.count - 1].netns += 1
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.timeWaits.isEmpty && follower.minis == 1)
  }
}
