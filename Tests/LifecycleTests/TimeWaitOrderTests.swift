// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// A mini socket is in the hash some microseconds before its CLOSE is told: what happens to it on
/// another processor may be told first.
struct TimeWaitOrderTests {
  /// The last record but one and the last change places.
  private func swapped(_ write: (inout Script) -> Void) -> Script {
    var script = Script()
    write(&script)
    script.records.swapAt(script.records.count - 1, script.records.count - 2)
    // Times go with the order, some microseconds apart.
    let last = script.records.count - 1
    script.records[last - 1].at = script.records[last].at - 3000
    script.records[last].at = script.records[last - 1].at + 5000
    return script
  }

  @Test func finBeforeCLOSE() throws {
    var script = swapped {
      $0.leaveOrphan()
      $0.mini(.timeWait)
    }
    let began = try #require(script.records.dropLast().last).at
    let follower = Follower()
    follower.take(&script)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.ends.map(\.verdict.close) == [.fourWay])
    #expect(follower.causes == [.timer] && follower.timeWaits.first?.beganAt == began)
  }

  @Test func rstToAFinWait2BeforeCLOSE() {
    var script = swapped {
      $0.leaveOrphan()
      $0.mini(.finWait2, isGone: true, hasRST: true)
    }
    let follower = Follower()
    follower.take(&script)
    #expect(follower.minis == 0)
    follower.settle(at: script.clock + 1_000_000_000)
    #expect(follower.ends.map(\.verdict.close) == [.resetReceived])
  }

  @Test func rstBeforeCLOSE() {
    var script = swapped {
      $0.leaveTimeWait()
      $0.mini(.timeWait, isGone: true, hasRST: true)
    }
    let follower = Follower()
    follower.take(&script)
    #expect(follower.minis == 0)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.causes == [.rst])
  }

  /// A scan finds it before its CLOSE is told: it is the same, and has not ended.
  @Test(arguments: [UInt64(0), 4_000_000])
  func foundBeforeCLOSE(_ later: UInt64) {
    var script = swapped {
      $0.leaveTimeWait()
      $0.foundMini(.timeWait)
    }
    // The next jiffy may have begun in between.
    script.records[script.records.count - 1].at += later
    if case .closed(let from, var facts) = script.records[script.records.count - 1].facts {
      facts.jiffies += later / 4_000_000
      script.records[script.records.count - 1].facts = .closed(from: from, facts)
    }
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: script.clock + later)
    #expect(follower.timeWaits.isEmpty && follower.minis == 1)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.causes == [.timer] && follower.timeWaits.map(\.id) == [1])
  }

  /// One that a scan has found long before is another: its end was not told.
  @Test func foundLongBefore() {
    var script = Script()
    script.foundMini(.timeWait)
    script.wait(20_000_000)
    script.leaveOrphan()
    let follower = Follower()
    // Of the open between nothing is told.
    follower.take([script.records[0], script.records[script.records.count - 1]])
    follower.settle(at: script.clock)
    #expect(follower.causes == [.unknown])
  }

  /// What met the connection's predecessor under the same addresses is not its own.
  @Test func earlyOfAnother() {
    var script = Script()
    script.mini(.timeWait, isGone: true, hasRST: true)
    script.leaveTimeWait()
    let follower = Follower()
    follower.take(&script)
    #expect(follower.minis == 1)
  }

  /// Data that comes with the ACK of our FIN: no mini socket was made (`tcp_rcv_state_process`).
  @Test func resetInsteadOfAMini() {
    var script = Script()
    script.leaveOrphan()
    script.resetSent(isAnswer: true)
    let follower = Follower()
    follower.take(&script)
    #expect(follower.minis == 0)
  }
}
