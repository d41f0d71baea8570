// SPDX-License-Identifier: Apache-2.0

/// Finds numbers of values that are kept elsewhere, as in a ``Slab``, by a key that only their keeper
/// knows: open addressing, eight bytes a cell, at most three quarters of them taken.
///
/// Keys come from the network, so the hash is keyed at random: nobody outside can choose addresses
/// that collide.
struct HashIndex {
  /// The upper half a piece of the hash, the lower half the number; 0 for none.
  private var cells: [UInt64] = Array(repeating: 0, count: 64)
  private(set) var count = 0
  private let seed = UInt64.random(in: .min ... .max)

  /// The number under a hash for which `isIt` holds.
  func find(_ hash: UInt64, where isIt: (UInt32) -> Bool) -> UInt32? {
    position(hash, where: isIt).map { Self.number(cells[$0]) }
  }

  /// There must be none yet under this key. `number` must not be 0.
  mutating func insert(_ hash: UInt64, _ number: UInt32) {
    if (count + 1) * 4 > cells.count * 3 { grow() }
    place(Self.tag(hash) << 32 | UInt64(number))
    count += 1
  }

  @discardableResult
  mutating func remove(_ hash: UInt64, where isIt: (UInt32) -> Bool) -> UInt32? {
    guard var hole = position(hash, where: isIt) else { return nil }
    let removed = Self.number(cells[hole])
    // What comes behind moves up, so that no search ends at the hole before its goal.
    let mask = cells.count - 1
    var next = (hole + 1) & mask
    while cells[next] != 0 {
      let home = Int(cells[next] >> 32) & mask
      if (next - home) & mask >= (next - hole) & mask {
        cells[hole] = cells[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    cells[hole] = 0
    count -= 1
    return removed
  }

  mutating func removeAll() {
    cells = Array(repeating: 0, count: 64)
    count = 0
  }

  /// All numbers, in no order.
  func forEach(_ body: (UInt32) -> Void) {
    for cell in cells where cell != 0 { body(Self.number(cell)) }
  }

  func hash(_ first: UInt64, _ second: UInt64 = 0) -> UInt64 {
    let product = (first ^ seed).multipliedFullWidth(by: (second &+ seed) | 1)
    let folded = product.high ^ product.low
    let again = folded.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return again.high ^ again.low
  }

  private static func tag(_ hash: UInt64) -> UInt64 { hash & 0xffff_ffff }
  private static func number(_ cell: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: cell) }

  private func position(_ hash: UInt64, where isIt: (UInt32) -> Bool) -> Int? {
    let mask = cells.count - 1
    let tag = Self.tag(hash)
    var index = Int(tag) & mask
    while cells[index] != 0 {
      if cells[index] >> 32 == tag, isIt(Self.number(cells[index])) { return index }
      index = (index + 1) & mask
    }
    return nil
  }

  private mutating func place(_ cell: UInt64) {
    let mask = cells.count - 1
    var index = Int(cell >> 32) & mask
    while cells[index] != 0 { index = (index + 1) & mask }
    cells[index] = cell
  }

  private mutating func grow() {
    let old = cells
    cells = Array(repeating: 0, count: old.count * 2)
    for cell in old where cell != 0 { place(cell) }
  }
}
