// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// A RST is told before the CLOSE that it causes, or after the CLOSE of close(): also where nothing was
/// told of the connection before.
struct ResetOrderTests {
  /// An orphan's keepalive gives up in FIN_WAIT2: no mini socket is left, which waits for nobody.
  @Test func abortOfAnUnknownConnection() {
    var script = Script()
    script.resetSent(isAnswer: false)
    script.closed(from: .finWait2, .dead)
    let follower = Follower()
    follower.take(&script)
    #expect(follower.minis == 0)
    follower.settle(at: script.clock + 1_000_000_000)
    #expect(follower.ends.map(\.verdict.close) == [.resetSent])
    #expect(follower.ends.map(\.verdict.reset) == [.sent])
  }

  /// The RST of one that has ended is not that of the next in its memory.
  @Test func lateResetOfTheLast() {
    var script = Script()
    script.openActively()
    script.closed(from: .established, Record.Closed(task: Script.process), [.owned, .linger0])
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: script.clock + 1)
    script.resetSent(isAnswer: false)
    script.tuple.localPort += 1
    script.closed(from: .finWait2, .dead)
    follower.take(&script)
    follower.confirm(at: script.clock)
    follower.settle(at: script.clock + 200_000_000_000)
    #expect(follower.ends.map(\.verdict.reset) == [.sent, nil])
    #expect(follower.ends.last?.verdict.close == .orphanTimeout)
  }

  /// A FIN that was not told must have come before a RST that meets TIME_WAIT.
  @Test func rstAfterAnUntoldFin() {
    var script = Script()
    script.leaveOrphan()
    script.mini(.timeWait, isGone: true, hasRST: true)
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: script.clock + 100_000_000)
    #expect(follower.ends.map(\.verdict.close) == [.fourWay])
    #expect(follower.minis == 0)
  }
}
