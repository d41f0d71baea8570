// SPDX-License-Identifier: Apache-2.0
import CBPF
import Testing

@testable import Capture

/// What did not arrive of a CPU's records, to the unit, whenever it is asked.
struct DueCountTests {
  private func due(_ counts: (UInt32, UInt32, UInt32, UInt32)) -> synfin_due {
    synfin_due(records: counts)
  }

  @Test func holeBeforeARecordIsKnownByIt() {
    var count = DueCount()
    count.arrived(due((1, 0, 0, 0)), of: 0)
    count.arrived(due((4, 1, 0, 0)), of: 0)
    count.settle(due((4, 1, 0, 0)))
    #expect(count.lost == [2, 1, 0, 0])
  }

  @Test func whatIsMissingAtTheEndIsKnownByTheMap() {
    var count = DueCount()
    count.arrived(due((1, 0, 0, 0)), of: 0)
    count.settle(due((1, 0, 2, 1)))
    #expect(count.lost == [0, 0, 2, 1])
    // The next record tells of the same hole: it counts once.
    count.arrived(due((2, 0, 2, 1)), of: 0)
    count.settle(due((2, 0, 2, 1)))
    #expect(count.lost == [0, 0, 2, 1])
  }

  /// What came between the look at the map and that at the ring is no loss.
  @Test func whatComesMeanwhileIsNoLoss() {
    var count = DueCount()
    let map = due((1, 0, 0, 0))
    count.arrived(due((1, 0, 0, 0)), of: 0)
    count.arrived(due((2, 0, 0, 0)), of: 0)
    count.arrived(due((2, 1, 0, 0)), of: 1)
    count.settle(map)
    #expect(count.lost == .zero)
    #expect(!count.isBehind(map))
  }

  /// One that was under way is counted as lost, comes after all, and stands for the next that is.
  @Test func nothingThatWasCountedIsFoundAgain() {
    var count = DueCount()
    count.settle(due((1, 0, 0, 0)))
    #expect(count.lost == [1, 0, 0, 0])
    count.arrived(due((1, 0, 0, 0)), of: 0)
    count.settle(due((1, 0, 0, 0)))
    #expect(count.lost == [1, 0, 0, 0])
    count.arrived(due((3, 0, 0, 0)), of: 0)
    count.settle(due((3, 0, 0, 0)))
    #expect(count.lost == [1, 0, 0, 0])
    count.settle(due((4, 0, 0, 0)))
    #expect(count.lost == [2, 0, 0, 0])
  }

  @Test func countsBeginAnewAfter2To32() {
    var count = DueCount()
    count.arrived(due((.max - 1, 0, 0, 0)), of: 0)
    count = DueCount()
    count.arrived(due((.max, 0, 0, 0)), of: 0)
    let before = count.lost
    count.arrived(due((1, 0, 0, 0)), of: 0)
    count.settle(due((1, 0, 0, 0)))
    #expect(before == .zero)
    // From .max over 0 to 1, the record with 0 is missing; that the first counted from -1 is its own.
    #expect(count.lost == .zero)
  }
}
