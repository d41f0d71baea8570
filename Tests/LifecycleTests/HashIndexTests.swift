// SPDX-License-Identifier: Apache-2.0
import MadeUpHost
import Testing

@testable import Lifecycle

/// The index against a dictionary, with hashes as they come and as an enemy would choose them.
struct HashIndexTests {
  /// Which 64-bit hash a key has.
  enum Hashing: String, CaseIterable {
    case spread, allEqual, equalLowBits, equalTags, atTheEnd

    func hash(_ key: UInt64) -> UInt64 {
      switch self {
      case .spread: key &* 0x9e37_79b9_7f4a_7c15
      case .allEqual: 42
      // All of one home, in any table of up to 65 536 cells.
      case .equalLowBits: key << 16
      // Different only where the index does not look.
      case .equalTags: key << 32 | 7
      // Homes in the last cells, so that runs go on at the first.
      case .atTheEnd: 0xffff_fffc | key & 3
      }
    }
  }

  @Test(arguments: Hashing.allCases)
  func isADictionary(_ hashing: Hashing) {
    var random = SplitMix(seed: 1)
    var index = HashIndex()
    var model: [UInt64: UInt32] = [:]
    var keys: [UInt32: UInt64] = [:]
    var lastNumber: UInt32 = 0
    let span: UInt64 = hashing == .spread ? 900 : 150
    for _ in 0..<6000 {
      let key = random.next() % span
      let hash = hashing.hash(key)
      #expect(index.find(hash) { keys[$0] == key } == model[key])
      if random.next() % 2 == 0, model[key] == nil {
        lastNumber += 1
        keys[lastNumber] = key
        index.insert(hash, lastNumber)
        model[key] = lastNumber
      } else {
        #expect(index.remove(hash) { keys[$0] == key } == model.removeValue(forKey: key))
      }
      #expect(index.count == model.count)
    }
    for key in 0..<span {
      #expect(index.find(hashing.hash(key)) { keys[$0] == key } == model[key])
    }
    var all: [UInt32] = []
    index.forEach { all.append($0) }
    #expect(all.sorted() == model.values.sorted())
  }

  @Test func growsAndShrinksToNothing() {
    var index = HashIndex()
    for number in UInt32(1)...10_000 { index.insert(index.hash(UInt64(number)), number) }
    #expect(index.count == 10_000)
    for number in UInt32(1)...10_000 {
      #expect(index.find(index.hash(UInt64(number))) { $0 == number } == number)
    }
    for number in UInt32(1)...10_000 {
      #expect(index.remove(index.hash(UInt64(number))) { $0 == number } == number)
    }
    #expect(index.count == 0)
    index.forEach { Issue.record("\($0) is left") }
    #expect(index.find(index.hash(1)) { _ in true } == nil)
  }

  /// Three quarters full and no more, so that a search for what is not there ends.
  @Test func searchEndsInAFullTable() {
    var index = HashIndex()
    for number in UInt32(1)...48 { index.insert(UInt64(number), number) }
    #expect(index.find(1 << 20) { _ in true } == nil)
    #expect(index.remove(1 << 20) { _ in true } == nil)
  }

  /// Cells 62, 63, 0, 1, 2: of two homes. What is behind a hole moves up, over the end of the table as
  /// well, and nothing moves before its home.
  @Test(arguments: Array(UInt32(1)...5))
  func deletionClosesTheHoleAcrossTheEnd(_ removed: UInt32) {
    let homes: [UInt32: UInt64] = [1: 62, 2: 62, 3: 63, 4: 0, 5: 62]
    var index = HashIndex()
    for number in UInt32(1)...5 { index.insert(homes[number] ?? 0, number) }
    #expect(index.remove(homes[removed] ?? 0) { $0 == removed } == removed)
    for number in UInt32(1)...5 {
      let found = index.find(homes[number] ?? 0) { $0 == number }
      #expect(found == (number == removed ? nil : number))
    }
  }

  @Test func numbersAndHashesAreKeptToTheirLastBit() {
    var index = HashIndex()
    index.insert(0, .max)
    index.insert(.max, 1)
    #expect(index.find(0) { _ in true } == .max)
    #expect(index.find(.max) { _ in true } == 1)
    index.removeAll()
    #expect(index.count == 0 && index.find(0) { _ in true } == nil)
  }

  /// Addresses that differ in one bit anywhere have different hashes, or nearly all of them.
  @Test func hashSpreads() {
    let index = HashIndex()
    let first = Set((UInt64(0)..<64).map { index.hash(1 << $0, 0) & 0xffff_ffff })
    let second = Set((UInt64(0)..<64).map { index.hash(0, 1 << $0) & 0xffff_ffff })
    #expect(first.count > 60 && second.count > 60)
  }
}
