// SPDX-License-Identifier: Apache-2.0
import MadeUpHost
import Testing

@testable import Lifecycle

/// Jiffies and time: the kernel counts the one by the other.
struct JiffyClockTests {
  @Test func knowsNothingAtFirst() {
    let clock = JiffyClock(tick: 4_000_000)
    #expect(clock.time(of: 1) == nil)
    #expect(clock.timeWait == 15_000)
  }

  @Test(arguments: [
    (UInt64(10_000_000), UInt64(6000)), (4_000_000, 15_000), (3_333_333, 18_000),
    (1_000_000, 60_000),
  ])
  func aMinuteIsSixtyTimesHZ(_ tick: UInt64, _ jiffies: UInt64) {
    #expect(JiffyClock(tick: tick).timeWait == jiffies)
  }

  /// Each record was made somewhere in its jiffy: the earliest is the nearest to its beginning.
  @Test func theEarliestCounts() {
    var clock = JiffyClock(tick: 4_000_000)
    var random = SplitMix(seed: 3)
    for _ in 0..<2000 {
      let jiffies = 5000 + random.next() % 1000
      clock.note(jiffies, at: 1_000_000_000 + jiffies * 4_000_000 + random.next() % 4_000_000)
    }
    let begins = clock.time(of: 7000).map { Int64($0) - 29_000_000_000 } ?? -1
    #expect(begins >= 0 && begins < 20_000)
    // It needs no order.
    clock.note(3, at: 1_000_000_000 + 12_000_000)
    #expect(clock.time(of: 7000) == 29_000_000_000)
  }

  /// The kernel starts to count at 2^32 less 300 seconds: jiffy 0 was before time began.
  @Test func theOriginIsNegative() {
    var clock = JiffyClock(tick: 4_000_000)
    clock.note(4_294_892_296, at: 0)
    #expect(clock.time(of: 4_294_892_296 + 250) == 1_000_000_000)
  }

  /// A jiffy that was before time began has been, whenever one asks.
  @Test func beforeTimeBeganIsPast() {
    var clock = JiffyClock(tick: 4_000_000)
    clock.note(4_294_892_296, at: 0)
    #expect(clock.time(of: 0) == 0)
    #expect(clock.time(of: 4_294_892_295) == 0)
  }

  @Test func oddValuesTrapNowhere() {
    for tick in [UInt64(0), 1, 4_000_000, .max] {
      var clock = JiffyClock(tick: tick)
      _ = clock.timeWait
      for value in [UInt64(0), 1, 1 << 62, 1 << 63, .max - 1, .max] {
        clock.note(value, at: .max - value)
        clock.note(.max - value, at: value)
        _ = clock.time(of: value)
        _ = clock.fires(Record.Mini(substate: .timeWait, expires: value, jiffies: 0))
      }
    }
  }
}
