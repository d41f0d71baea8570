// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

@testable import Report

/// When a range will be full: where that is to be seen, and nowhere else.
struct GrowthTests {
  private static let second: UInt64 = 1_000_000_000

  /// Censuses of one remote with a range of 10 000, and what is said after the last.
  private static func seconds(
    _ samples: [(second: Double, minis: Int, live: Int)],
    then change: (inout Growth) -> Void = { _ in }
  ) -> UInt64? {
    var growth = Growth()
    var last = TimeWaitCensus.Remote.to(9, 80, range: 10_000)
    for sample in samples {
      last.timeWait = sample.minis
      last.live = sample.live
      growth.add(.of([], [last], at: second * 100 + UInt64(sample.second * 1e9)))
    }
    change(&growth)
    return growth.secondsUntilFull(last, netns: TimeWaitCensus.host)
  }

  /// A sample each second, with so many at first, and so many more each time.
  private static func steady(
    _ seconds: ClosedRange<Int>, minis: (Int, Int), live: (Int, Int) = (0, 0)
  ) -> [(second: Double, minis: Int, live: Int)] {
    seconds.enumerated().map { step, second in
      (Double(second), minis.0 + minis.1 * step, live.0 + live.1 * step)
    }
  }

  @Test func linearGrowthIsForeseen() {
    // 6000 left, at 200 a second.
    #expect(Self.seconds(Self.steady(0...10, minis: (2000, 200))) == 30)
    #expect(Self.seconds(Self.steady(0...10, minis: (1000, 150), live: (1000, 50))) == 30)
    #expect(Self.seconds([(0, 2000, 0), (10, 4000, 0)]) == 30)
    // Up, not down: it is not full before it is.
    #expect(Self.seconds([(0, 2000, 0), (10, 4001, 0)]) == 30)
    #expect(Self.seconds([(0, 2000, 0), (10, 3999, 0)]) == 31)
  }

  /// A TIME_WAIT that begins now is gone in 60 s, so more than a minute's are never there.
  @Test func timeWaitsDoNotAddUpForLongerThanTheyLast() {
    #expect(Self.seconds([(0, 1000, 0), (10, 2000, 0)]) == nil, "8000 left, at 100 a second")
    #expect(Self.seconds([(0, 3000, 0), (10, 4000, 0)]) == 60)
    #expect(Self.seconds([(0, 2999, 0), (10, 3999, 0)]) == nil)
  }

  @Test func connectionsDo() {
    #expect(Self.seconds([(0, 0, 1000), (10, 0, 1100)]) == 890, "8900 left, at 10 a second")
    // 60 s at 110 a second, the rest at 10.
    #expect(Self.seconds([(0, 1000, 0), (10, 2000, 100)]) == 190)
    // Fewer TIME_WAITs give ports back for a while.
    #expect(Self.seconds([(0, 600, 1000), (10, 500, 1100)]) == 900)
  }

  @Test func whatDoesNotGrowIsNotForeseen() {
    #expect(Self.seconds([(0, 4000, 0), (10, 4000, 0)]) == nil)
    #expect(Self.seconds([(0, 4000, 0), (10, 2000, 0)]) == nil)
    #expect(Self.seconds([(0, 0, 4000), (10, 0, 2000)]) == nil)
    #expect(Self.seconds([(0, 1000, 1000), (10, 2000, 0)]) == nil)
  }

  /// Half a minute tells nothing of the day after.
  @Test func farIsNotForeseen() {
    #expect(Self.seconds([(0, 0, 1000), (10, 0, 1025)]) == 3590)
    #expect(Self.seconds([(0, 0, 1000), (10, 0, 1020)]) == nil)
  }

  @Test func oneSampleTellsNothing() {
    #expect(Self.seconds([]) == nil)
    #expect(Self.seconds([(0, 4000, 0)]) == nil)
    #expect(Self.seconds([(0, 4000, 0), (0.9, 5000, 0)]) == nil, "they are too close")
    #expect(Self.seconds([(0, 4000, 0), (1, 5000, 0)]) == 5)
  }

  @Test func fullIsNow() {
    #expect(Self.seconds([(0, 10_000, 0)]) == 0)
    #expect(Self.seconds([(0, 9000, 1500)]) == 0)
    #expect(Self.seconds([(0, 9000, 999), (1, 9000, 999)]) == nil)
    #expect(Self.seconds([(0, 9000, 0), (1, 9999, 0)]) == 1)
  }

  @Test func onlyTheLastHalfMinuteCounts() {
    let past = Self.steady(0...30, minis: (4000, -100))
    #expect(Self.seconds(past) == nil)
    let present = Self.steady(31...61, minis: (1000, 200))
    #expect(Self.seconds(past + present) == 15, "3000 left, at 200 a second")
  }

  @Test func beginsAnewAfterAGap() {
    #expect(Self.seconds([(0, 1000, 0), (31, 5000, 0)]) == nil, "no census for too long")
    #expect(Self.seconds([(0, 1000, 0), (31, 5000, 0), (32, 5500, 0)]) == 9)
    #expect(Self.seconds([(0, 1000, 0), (5, 10, 0), (10, 5000, 0)]) == nil, "it was not followed")
    #expect(Self.seconds([(0, 1000, 0), (5, 10, 0), (10, 5000, 0), (11, 5500, 0)]) == 9)
    #expect(Self.seconds([(50, 1000, 0), (10, 5000, 0)]) == nil, "another clock")
    #expect(Self.seconds([(50, 1000, 0), (10, 5000, 0), (11, 5500, 0)]) == 9)
  }

  @Test func remotesAreApart() {
    var growth = Growth()
    let grows = TimeWaitCensus.Remote.to(9, 80, live: 5000, range: 10_000)
    for at: UInt64 in 1...3 {
      var remote = grows
      remote.live = 5000 - 500 * Int(3 - at)
      let shrinks = TimeWaitCensus.Remote.to(9, 81, live: 5000 - 10 * Int(at), range: 10_000)
      growth.add(.of([], [remote, shrinks], at: at * Self.second))
    }
    #expect(growth.secondsUntilFull(grows, netns: TimeWaitCensus.host) == 10)
    #expect(growth.secondsUntilFull(grows, netns: 1) == nil)
    var other = grows
    other.remotePort = 81
    #expect(growth.secondsUntilFull(other, netns: TimeWaitCensus.host) == nil)
    other = grows
    other.local = Address(v4: 7)
    #expect(growth.secondsUntilFull(other, netns: TimeWaitCensus.host) == nil)
  }

  /// However many remotes there are, however often they are counted.
  @Test func isBounded() {
    var growth = Growth()
    for step: UInt64 in 0..<400 {
      let remotes = (0..<200).map {
        TimeWaitCensus.Remote.to(UInt32($0), 80, live: 5000 - $0, range: 10_000)
      }
      var census = TimeWaitCensus.of([], remotes, at: step * Self.second / 4)
      census.namespaces.append(.of([], remotes, inode: 9))
      growth.add(census)
    }
    #expect(growth.count == Growth.most * 31)
    let first = TimeWaitCensus.Remote.to(0, 80, live: 5000, range: 10_000)
    #expect(growth.secondsUntilFull(first, netns: 9) == nil)
  }

  @Test func littleUseIsNotKept() {
    var growth = Growth()
    growth.add(
      .of([], [.to(1, 80, live: 100, range: 10_000), .to(2, 80, live: 99, range: 10_000)]))
    #expect(growth.count == 1)
  }

  @Test func noRangeIsNeverFull() {
    var growth = Growth()
    let odd = TimeWaitCensus.Remote.to(9, 80, live: 5, range: 0)
    growth.add(.of([], [odd]))
    #expect(growth.count == 0)
    #expect(growth.secondsUntilFull(odd, netns: TimeWaitCensus.host) == nil)
  }
}
