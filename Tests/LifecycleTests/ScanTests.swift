// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// What was there before, and what is there no more though nobody told.
struct ScanTests {
  private var script = Script()
  private let follower = Follower()

  @Test mutating func existing() throws {
    follower.scan(&script) { $0.found(.established) }
    script.found(.established, by: Script.process)
    script.shut(.established, .finWait1, task: Script.rival)
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .done, sameSegment: true)
    follower.take(&script)
    follower.settle(at: script.clock + 100_000_000)
    let end = try #require(follower.ends.first)
    #expect(end.connection.open == .existing && end.connection.openedAt == 0)
    #expect(end.connection.owner == Script.process && end.connection.ownerSource == .scan)
    #expect(end.verdict.close == .threeWay && end.verdict.endsIn == .timeWait)
    #expect(end.connection.uid == 0, "of its CLOSE")
    #expect(follower.gaps == 0 && follower.ends.count == 1)
  }

  /// Any state; what the next record says goes on from there, and a state that changed while it was
  /// read is no gap.
  @Test(arguments: [TCPState.established, .finWait1, .synRecv])
  mutating func stateRace(_ state: TCPState) throws {
    follower.scan(&script) { $0.found(state) }
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .done, sameSegment: true)
    follower.take(&script)
    follower.settle(at: script.clock + 100_000_000)
    #expect(follower.gaps == 0)
    #expect(follower.ends.map(\.verdict.close) == [.threeWay])
  }

  /// Only the first record may be another than was found.
  @Test mutating func gapLater() {
    follower.scan(&script) { $0.found(.established) }
    script.step(.established, .closeWait)
    script.closed(from: .lastAck, [.done, .dead])
    follower.take(&script)
    #expect(follower.gaps == 1)
  }

  /// Found by the first scan, and by it alone: it is missed by none.
  @Test mutating func foundIsSeen() {
    follower.scan(&script) { $0.found(.established) }
    #expect(!follower.hasMissed && follower.live == 1)
  }

  @Test mutating func missedTwiceHasEnded() {
    script.openActively()
    follower.scan(&script)
    #expect(follower.hasMissed && follower.ends.isEmpty)
    follower.settle(at: script.clock)
    #expect(follower.live == 1, "it may have moved while it was looked for")
    follower.scan(&script)
    follower.settle(at: script.clock)
    #expect(!follower.hasMissed && follower.live == 0 && follower.gaps == 1)
    #expect(follower.ends.map(\.verdict.close) == [.unknown])
    #expect(follower.ends.first?.connection.open == .active)
  }

  @Test mutating func missedTwiceButNotInARow() {
    script.openActively()
    follower.scan(&script)
    follower.scan(&script) { $0.found(.established) }
    follower.scan(&script)
    follower.settle(at: script.clock)
    #expect(follower.live == 1 && follower.ends.isEmpty && follower.hasMissed)
    script.shut(.established, .finWait1)
    follower.take(&script)
    follower.scan(&script)
    #expect(follower.live == 1, "a record tells of it as well")
  }

  /// One that was missed in a namespace is not forgotten for the next namespace's sake.
  @Test mutating func missedInOneOfTwo() {
    script.openActively()
    follower.take(&script)
    follower.tracker.beginScan()
    script.scanned()
    script.scanned(1, address: 0xffff_8880_0000_1000)
    follower.take(&script)
    #expect(follower.hasMissed)
  }

  @Test mutating func youngerStays() {
    for _ in 0..<2 {
      follower.scan(&script) {
        $0.nextSocket()
        $0.tuple.localPort += 1
        $0.openActively()
      }
    }
    follower.settle(at: script.clock)
    #expect(follower.live == 2 && follower.ends.isEmpty)
  }

  @Test mutating func otherNamespaceStays() {
    script.openActively()
    follower.take(&script)
    for _ in 0..<2 {
      follower.tracker.beginScan()
      script.scanned(1, address: 0xffff_8880_0000_1000)
      follower.take(&script)
    }
    #expect(follower.live == 1 && !follower.hasMissed)
  }

  /// Later, it may be one whose open was lost.
  @Test mutating func rescanSaysNotExisting() {
    follower.scan(&script)
    follower.scan(&script) { $0.found(.established) }
    follower.finish(at: script.clock)
    #expect(follower.ends.map(\.connection.open) == [nil])
    #expect(follower.ends.map(\.verdict.openResult) == [.established])
  }
}
