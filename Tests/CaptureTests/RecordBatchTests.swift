// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Capture

/// Records of several rings come in the order in which they were made, however they are read.
struct RecordBatchTests {
  private func take(_ batch: inout RecordBatch, _ cutoff: UInt64) -> [UInt8] {
    var taken: [UInt8] = []
    let count = unsafe batch.take(through: cutoff) { unsafe taken.append($0[0]) }
    #expect(count == taken.count)
    return taken
  }

  private func add(
    _ batch: inout RecordBatch, _ name: UInt8, at: UInt64, ring: Int, _ number: UInt64
  ) {
    let bytes = [name, 0, 0, 0, 0, 0, 0, 0]
    unsafe bytes.withUnsafeBytes { unsafe batch.add($0, at: at, ring: ring, number: number) }
  }

  @Test func ringsAreMerged() {
    var batch = RecordBatch()
    add(&batch, 1, at: 10, ring: 0, 1)
    add(&batch, 4, at: 40, ring: 0, 2)
    add(&batch, 2, at: 20, ring: 1, 1)
    add(&batch, 3, at: 30, ring: 1, 2)
    #expect(take(&batch, 100) == [1, 2, 3, 4])
    #expect(take(&batch, 100) == [])
  }

  /// What is younger than the reading waits: something older may be on another ring.
  @Test func whatIsYoungerWaits() {
    var batch = RecordBatch()
    add(&batch, 2, at: 20, ring: 1, 1)
    add(&batch, 3, at: 30, ring: 1, 2)
    #expect(take(&batch, 10) == [])
    add(&batch, 1, at: 15, ring: 0, 1)
    #expect(take(&batch, 25) == [1, 2])
    #expect(take(&batch, 30) == [3])
    let isEmpty = batch.isEmpty
    #expect(isEmpty)
  }

  /// Of one ring the order is the ring's, also where the clock stood still.
  @Test func orderOfARingIsKept() {
    var batch = RecordBatch()
    for number in UInt8(1)...200 { add(&batch, number, at: 5, ring: 0, UInt64(number)) }
    #expect(take(&batch, 5) == Array(1...200))
  }
}
