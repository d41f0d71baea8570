// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// The same addresses and ports in use again: the kernel has taken the TIME_WAIT away for it.
struct TimeWaitReuseTests {
  private var script = Script()
  private let follower = Follower()

  init() {
    script.leaveTimeWait()
    script.wait(2_000_000)
    script.nextSocket()
  }

  private mutating func causes() -> [TimeWaitEnd.Cause] {
    follower.take(&script)
    follower.settle(at: script.clock)
    return follower.causes
  }

  @Test mutating func passively() {
    let at = script.clock
    script.openPassively()
    #expect(causes() == [.syn])
    #expect(follower.timeWaits.first?.endedAt == at && follower.minis == 0)
  }

  /// Before Linux 6.15 a child has no peer at first.
  @Test mutating func passivelyOnOldKernels() {
    let (at, peer) = (script.clock, script.tuple)
    (script.tuple.remote, script.tuple.remotePort) = (Address(v4: 0), 0)
    script.child()
    script.tuple = peer
    script.establish(from: .synRecv)
    #expect(causes() == [.syn] && follower.timeWaits.first?.endedAt == at)
  }

  @Test mutating func actively() {
    let at = script.clock
    script.connect()
    #expect(causes() == [], "it has no port yet")
    script.establish()
    #expect(causes() == [.reuseConnect] && follower.timeWaits.first?.endedAt == at)
  }

  /// Its SYN has been sent: whatever came of it, the TIME_WAIT has gone.
  @Test(
    arguments: [
      (111, Record.Closed(unacked: 1, segsIn: 1)),
      (110, Record.Closed(totalRetrans: 6, unacked: 1)),
      (0, Record.Closed(unacked: 1, task: Script.process)),
      (103, Record.Closed(unacked: 1)),
    ] as [(UInt16, Record.Closed)])
  mutating func activelyInVain(_ error: UInt16, _ facts: Record.Closed) {
    let at = script.clock
    script.connect()
    script.closed(from: .synSent, facts, error == 0 ? .owned : [], error: error)
    #expect(causes() == [.reuseConnect] && follower.timeWaits.first?.endedAt == at)
  }

  /// `tcp_twsk_unique()` said no, and connect() failed with EADDRNOTAVAIL: it is still there.
  @Test mutating func refusedByTheTimeWait() {
    script.connect(stalePort: script.tuple.localPort)
    script.closed(from: .synSent, Record.Closed(task: Script.process), .owned, shutdown: 0)
    #expect(causes() == [] && follower.minis == 1)
  }

  /// The same of a socket that was connected before, whose sequence numbers are old.
  @Test mutating func refusedByTheTimeWaitAgain() {
    script.connect(stalePort: script.tuple.localPort)
    script.closed(
      from: .synSent, Record.Closed(unacked: 65_537, task: Script.process), .owned, shutdown: 0)
    #expect(causes() == [] && follower.minis == 1)
  }

  /// No port was free: none was taken.
  @Test mutating func noPort() {
    script.connect()
    script.closed(
      from: .synSent, Record.Closed(task: Script.process), .owned, shutdown: 0, port: 0)
    #expect(causes() == [] && follower.minis == 1)
  }

  @Test mutating func crossedSYNsEndItForNoKnownReason() {
    script.connect()
    script.step(.synSent, .synRecv)
    #expect(causes() == [.unknown] && follower.timeWaits.first?.endedAt == nil)
  }

  /// The next connection leaves its own under the same key.
  @Test mutating func oneAfterTheOther() {
    script.openPassively()
    script.shut(.established, .finWait1)
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .done)
    #expect(causes() == [.syn])
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.causes == [.syn, .timer])
    #expect(follower.timeWaits.map(\.id) == [1, 2])
  }
}
