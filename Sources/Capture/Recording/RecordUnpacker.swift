// SPDX-License-Identifier: Apache-2.0

/// Reads the entries that ``RecordPacker`` wrote of one block.
@safe
struct RecordUnpacker: ~Copyable {
  typealias Format = RecordingFormat

  private let buffer: UnsafeMutableRawPointer
  private let last: UnsafeMutablePointer<UInt64>
  /// The time of the entry before, in the clock of the records.
  private(set) var lastTime: UInt64 = 0
  private var position = 0
  private var count = 0

  init() {
    // With room behind a block, so that a last word can be read as a whole.
    unsafe buffer = .allocate(byteCount: Format.longestBlock + Format.longestEntry, alignment: 8)
    unsafe last = .allocate(capacity: Format.Tag.predicted * Format.mostWords)
    unsafe last.initialize(repeating: 0, count: Format.Tag.predicted * Format.mostWords)
  }

  deinit {
    unsafe buffer.deallocate()
    unsafe last.deallocate()
  }

  /// Takes in a block of at most ``RecordingFormat/longestBlock`` bytes.
  mutating func begin(_ block: UnsafeRawBufferPointer) {
    unsafe buffer.copyMemory(
      from: block.baseAddress ?? UnsafeRawPointer(buffer), byteCount: block.count)
    unsafe (buffer + block.count).initializeMemory(
      as: UInt8.self, repeating: 0, count: Format.longestEntry)
    unsafe last.update(repeating: 0, count: Format.Tag.predicted * Format.mostWords)
    (lastTime, position, count) = (0, 0, block.count)
  }

  /// Leaves out what is left of the block.
  mutating func abandon() { position = count }

  /// The tag of the next entry; `nil` at the end of the block.
  var tag: UInt8? {
    position < count ? unsafe buffer.load(fromByteOffset: position, as: UInt8.self) : nil
  }

  /// The next entry's words, valid until the next call; `nil` where they are not what a packer writes.
  @inline(__always)
  mutating func words(time: Int) -> UnsafeRawBufferPointer? {
    let start = unsafe UnsafeRawPointer(buffer) + position
    let tag = Int(unsafe start.load(as: UInt8.self))
    let number = Int(unsafe start.load(fromByteOffset: 1, as: UInt8.self))
    guard tag < Format.Tag.predicted, number > time, number <= Format.mostWords else { return nil }
    let last = unsafe self.last + tag * Format.mostWords
    let width = RecordPacker.bitBytes(number)
    var bits: UInt32 = 0
    for byte in 0..<width {
      bits |=
        UInt32(unsafe start.load(fromByteOffset: 2 + byte, as: UInt8.self)) << UInt32(byte << 3)
    }
    guard number == 32 || bits >> UInt32(number) == 0 else { return nil }
    var from = unsafe start + 2 + width
    unsafe last[time] = lastTime
    while bits != 0 {
      let index = bits.trailingZeroBitCount
      bits &= bits - 1
      let shape = unsafe Int(from.load(as: UInt8.self))
      let skipped = shape >> 3
      let length = (shape & 7) + 1
      guard skipped + length <= 8 else { return nil }
      let raw = UInt64(
        littleEndian: unsafe from.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
      let kept = raw & (UInt64.max >> UInt64((8 - length) << 3))
      unsafe last[index] ^= kept << UInt64(skipped << 3)
      unsafe from += 1 + length
    }
    unsafe lastTime = last[time]
    let next = unsafe from - UnsafeRawPointer(buffer)
    guard next <= count else { return nil }
    position = next
    return unsafe UnsafeRawBufferPointer(start: last, count: number << 3)
  }

  /// The next entry's bytes, valid until the next block.
  mutating func text() -> UnsafeRawBufferPointer? {
    let start = unsafe UnsafeRawPointer(buffer) + position
    let length = Int(
      UInt16(littleEndian: unsafe start.loadUnaligned(fromByteOffset: 1, as: UInt16.self)))
    guard position + 3 + length <= count else { return nil }
    position += 3 + length
    return unsafe UnsafeRawBufferPointer(start: start + 3, count: length)
  }
}
