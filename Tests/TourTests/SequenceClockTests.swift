// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Tour

@Suite struct SequenceClockTests {
  private typealias Moment = SequenceClock.Moment
  private typealias Distance = SequenceClock.Distance

  @Test func steps() {
    let distance = Distance(
      from: Moment(earliest: 6_400, latest: 7_040), to: Moment(earliest: 70_400, latest: 71_040))
    #expect(distance.least == 990 && distance.most == 1_011)
    #expect(distance.contains(990) && distance.contains(1_011))
    #expect(!distance.contains(989) && !distance.contains(1_012))
    // A number that has gone backwards.
    #expect(!distance.contains(UInt32(bitPattern: -1_000)))
  }

  /// 2^32 steps of 64 ns are 274.9 s.
  @Test func wraps() {
    let turn = SequenceClock.step << 32
    let first = Moment(earliest: 1_000_000, latest: 1_000_000)
    let distance = Distance(
      from: first, to: Moment(earliest: 1_000_000 + turn - 64, latest: 1_000_000 + turn + 64))
    #expect(distance.contains(UInt32.max) && distance.contains(0) && distance.contains(1))
    #expect(!distance.contains(10) && !distance.contains(UInt32.max - 10))
  }

  /// Somebody sets the clock back meanwhile, and the kernel's numbers with it.
  @Test func setBack() {
    let distance = Distance(
      from: Moment(earliest: 1_000_000, latest: 1_000_064),
      to: Moment(earliest: 640_000, latest: 640_064))
    #expect(distance.contains(UInt32(bitPattern: -5_625)) && !distance.contains(5_625))
  }

  @Test func goesOn() {
    let (_, first) = Moment.of {}
    let (_, second) = Moment.of {}
    #expect(first.earliest <= first.latest && first.latest <= second.earliest)
  }
}
