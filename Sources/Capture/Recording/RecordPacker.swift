// SPDX-License-Identifier: Apache-2.0

/// Entries of one block, each word of 8 bytes written as what differs from the entry of the same tag
/// before it. Most of a record is as in the last one of its kind: addresses, the namespace, names.
///
/// A third of the bytes for some 20 ns a record, where a general compressor takes 500 ns for a quarter.
@safe
struct RecordPacker: ~Copyable {
  typealias Format = RecordingFormat

  private let buffer: UnsafeMutableRawPointer
  private let last: UnsafeMutablePointer<UInt64>
  private var lastTime: UInt64 = 0
  /// Bytes so far, the block's head included.
  private(set) var count = 0

  init() {
    unsafe buffer = .allocate(byteCount: Format.longestBlock, alignment: 8)
    unsafe last = .allocate(capacity: Format.Tag.predicted * Format.mostWords)
    clear()
  }

  deinit {
    unsafe buffer.deallocate()
    unsafe last.deallocate()
  }

  /// Begins a block, which predicts nothing from what was before it.
  mutating func clear() {
    unsafe last.update(repeating: 0, count: Format.Tag.predicted * Format.mostWords)
    lastTime = 0
    count = Format.blockHeadSize
  }

  var isEmpty: Bool { count == Format.blockHeadSize }

  /// Completes the block's head, and gives the block as it is to be written.
  ///
  /// - Parameter before: how many records are in the blocks before.
  func seal(before: UInt64) -> UnsafeRawBufferPointer {
    func store(_ number: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
      unsafe buffer.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
    }
    store(Format.blockMagic, at: 0)
    store(UInt32(count - Format.blockHeadSize), at: 4)
    store(UInt32(0), at: 12)
    store(before, at: 16)
    let block = unsafe UnsafeRawBufferPointer(start: buffer, count: count)
    store(unsafe Format.checksum(UnsafeRawBufferPointer(rebasing: block[12...])), at: 8)
    return unsafe block
  }

  /// Whether another entry of any sort has room.
  var isFull: Bool { count >= Format.blockSize }

  /// - Parameters:
  ///   - words: at most ``RecordingFormat/mostWords``, in whole words.
  ///   - time: the word that is a time, which is predicted by the last time of any entry.
  mutating func add(_ tag: UInt8, _ words: UnsafeRawBufferPointer, time: Int) {
    let number = words.count >> 3
    let last = unsafe self.last + Int(tag) * Format.mostWords
    let start = unsafe buffer + count
    let width = Self.bitBytes(number)
    var out = unsafe start + 2 + width
    var bits: UInt32 = 0
    unsafe last[time] = lastTime
    for index in 0..<number {
      let word = unsafe words.loadUnaligned(fromByteOffset: index << 3, as: UInt64.self)
      let difference = unsafe word ^ last[index]
      if difference == 0 { continue }
      unsafe last[index] = word
      bits |= 1 << UInt32(truncatingIfNeeded: index)
      let skipped = difference.trailingZeroBitCount >> 3
      let length = 8 - (difference.leadingZeroBitCount >> 3) - skipped
      unsafe out.storeBytes(
        of: UInt8(truncatingIfNeeded: skipped << 3 | (length - 1)), as: UInt8.self)
      unsafe out.storeBytes(
        of: (difference >> UInt64(truncatingIfNeeded: skipped << 3)).littleEndian,
        toByteOffset: 1, as: UInt64.self)
      unsafe out += 1 + length
    }
    unsafe lastTime = last[time]
    unsafe start.storeBytes(of: tag, as: UInt8.self)
    unsafe start.storeBytes(of: UInt8(truncatingIfNeeded: number), toByteOffset: 1, as: UInt8.self)
    for byte in 0..<width {
      unsafe start.storeBytes(
        of: UInt8(truncatingIfNeeded: bits >> UInt32(byte << 3)), toByteOffset: 2 + byte,
        as: UInt8.self)
    }
    count = unsafe out - buffer
  }

  mutating func add(_ tag: UInt8, _ words: [UInt64]) {
    unsafe words.withUnsafeBytes { unsafe add(tag, $0, time: 0) }
  }

  /// Bytes as they are. What is longer than ``RecordingFormat/longestText`` is cut.
  mutating func add(_ tag: UInt8, text: some Collection<UInt8>) {
    let kept = text.prefix(Format.longestText)
    let start = unsafe buffer + count
    unsafe start.storeBytes(of: tag, as: UInt8.self)
    unsafe start.storeBytes(
      of: UInt16(kept.count).littleEndian, toByteOffset: 1, as: UInt16.self)
    for (index, byte) in kept.enumerated() {
      unsafe start.storeBytes(of: byte, toByteOffset: 3 + index, as: UInt8.self)
    }
    count += 3 + kept.count
  }

  /// How many bytes have a bit for each word.
  static func bitBytes(_ words: Int) -> Int { (words + 7) >> 3 }
}
