// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

struct StorageTests {
  @Test func slabKeepsValuesWhereTheyAre() {
    var slab = Slab<UInt64>()
    let numbers = (0..<2000).map { slab.insert(UInt64($0)) }
    #expect(Set(numbers).count == 2000)
    #expect(!numbers.contains(0), "0 stands for none")
    for (index, number) in numbers.enumerated() { #expect(slab[number] == UInt64(index)) }
    slab.remove(numbers[7])
    #expect(slab.insert(99) == numbers[7], "a number that was given back is used again")
    slab.update(numbers[1999]) { $0 = 5 }
    #expect(slab[numbers[1999]] == 5)
    #expect(slab[numbers[7]] == 99)
  }

  /// One for each live connection of a host: the budget is 200 bytes, the table's share included.
  @Test func aLiveConnectionIsSmall() {
    #expect(MemoryLayout<Connection>.stride <= 160)
  }

  @Test func lossWindowsAreBoundedAndForgetNothing() {
    var windows = LossWindows()
    for start in stride(from: UInt64(0), to: 100_000, by: 100) { windows.add(start...start + 10) }
    #expect(windows.touch(99_905...99_906))
    #expect(!windows.touch(99_911...99_999))
    #expect(windows.touch(5...5), "old windows melt into one, which is wider, and never vanish")
    #expect(!windows.touch(200_000...200_001))
  }

  /// One record that found no room has its own time; the span between two counts begins before it.
  @Test func lossWindowsNeedNoOrder() {
    var windows = LossWindows()
    windows.add(500...500)
    windows.add(100...900)
    #expect(windows.touch(200...300))
    for start in stride(from: UInt64(1000), to: 100_000, by: 100) {
      windows.add(start + 50...start + 50)
      windows.add(start...start + 60)
    }
    for start in stride(from: UInt64(1000), to: 100_000, by: 100) {
      #expect(windows.touch(start...start + 1))
    }
  }

  @Test func statesAreReachedInOrderOnly() {
    #expect(TCPState.synSent.canReach(.established))
    #expect(TCPState.established.canReach(.lastAck))
    #expect(!TCPState.closeWait.canReach(.finWait2))
    #expect(!TCPState.established.canReach(.synSent))
    #expect(!TCPState.closed.canReach(.established))
  }

  @Test func commKeepsFifteenBytes() {
    let comm = Comm("a-name-that-is-too-long")
    #expect(comm.length == 15)
    #expect(comm[0] == UInt8(ascii: "a"))
    #expect(Comm("").length == 0)
    #expect(Comm(first: .max, second: .max).length == 16)
  }
}
