// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Records that come while a scan is under way: it reads each socket at another moment.
struct ScanOrderTests {
  private var script = Script()
  private let follower = Follower()

  /// The tracepoint fires before the state is stored, so a scan may read the old one after it.
  @Test mutating func staleState() {
    script.openActively()
    script.shut(.established, .finWait1)
    follower.scan(&script) { $0.found(.established, by: Script.rival) }
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .done, sameSegment: true)
    follower.take(&script)
    follower.settle(at: script.clock + 100_000_000)
    #expect(follower.gaps == 0)
    #expect(follower.ends.map(\.verdict.close) == [.threeWay])
    #expect(follower.ends.first?.connection.owner == Script.process)
  }

  /// Told to be closed, and found in the state before: it makes no connection, told or not told yet.
  @Test(arguments: [false, true])
  mutating func closedMeanwhile(_ isTold: Bool) {
    script.openActively()
    script.closed(from: .established, [.owned, .linger0])
    follower.take(&script)
    if isTold { follower.settle(at: script.clock) }
    follower.scan(&script) { $0.found(.established) }
    follower.settle(at: script.clock + 100_000_000)
    #expect(follower.ends.count == 1 && follower.live == 0)
  }

  /// The socket is another connection's by the time its holder is found.
  @Test mutating func reusedMeanwhile() {
    let old = script.tuple
    script.openActively()
    script.closed(from: .established, [.owned, .linger0])
    script.tuple.localPort += 1
    script.openPassively()
    script.tuple = old
    follower.scan(&script) { $0.found(.established, by: Script.rival) }
    follower.finish(at: script.clock)
    #expect(follower.ends.count == 2)
    #expect(follower.ends.last?.connection.owner.isKnown == false)
  }

  /// A closed or impossible state is nothing.
  @Test mutating func closedIsNothing() {
    follower.scan(&script) { $0.found(.closed, by: Script.process) }
    #expect(follower.live == 0)
  }

  /// A connection that waits for the end of its mini socket is in no scan.
  @Test mutating func miniIsNotMissed() {
    script.leaveOrphan()
    follower.scan(&script) { $0.foundMini(.finWait2) }
    follower.scan(&script) { $0.foundMini(.finWait2) }
    follower.settle(at: script.clock)
    #expect(follower.live == 1 && follower.ends.isEmpty)
    script.mini(.timeWait)
    follower.take(&script)
    follower.settle(at: script.clock + 100_000_000)
    #expect(follower.ends.map(\.verdict.close) == [.fourWay])
  }

  /// One whose open was lost before the first scan was done is not said to have been there before.
  @Test mutating func openLostBeforeTheScan() {
    script.wait()
    follower.scan(&script) { $0.found(.established) }
    follower.losses.ring.transitions = 1
    follower.finish(at: script.clock)
    #expect(follower.ends.map(\.connection.open) == [nil])
  }

  /// A full table takes no more in, and says so.
  @Test mutating func fullTable() {
    let follower = Follower(capacity: 2)
    follower.scan(&script) {
      for _ in 0..<4 {
        $0.found(.established)
        $0.nextSocket()
      }
    }
    #expect(follower.live == 2 && follower.refused == 2)
  }

  /// Half a scan, which was given up, removes nothing; the next one begins anew.
  @Test mutating func givenUp() {
    script.openActively()
    follower.take(&script)
    for _ in 0..<3 { follower.tracker.beginScan() }
    follower.scan(&script) { $0.found(.established) }
    #expect(follower.live == 1 && !follower.hasMissed)
  }
}
