// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Capture

/// What is packed comes out as it was, and what nobody packed does not come out.
struct RecordingPackerTests {
  typealias Tag = RecordingFormat.Tag

  /// Records of every kind and family, the words of a reading between them, and texts.
  @Test(arguments: UInt64(1)...8)
  func anyEntriesComeBack(_ seed: UInt64) throws {
    var random = Numbers(state: seed)
    var packer = RecordPacker()
    var entries: [(tag: UInt8, bytes: [UInt8])] = []
    var at: UInt64 = 1 << 50
    while !packer.isFull {
      at &+= UInt64.random(in: 0...1 << 30, using: &random)
      let bytes = RawRecord.any(entries.count, at: at, &random)
      unsafe bytes.withUnsafeBytes { unsafe packer.add(bytes[16], $0, time: 1) }
      entries.append((bytes[16], bytes))
      if entries.count % 7 == 0 {
        packer.add(Tag.pass, [at])
        entries.append((Tag.pass, words([at])))
      }
      if entries.count % 11 == 0 {
        let text = bytes.prefix(Int.random(in: 0...40, using: &random))
        packer.add(Tag.note, text: text)
        entries.append((Tag.note, Array(text)))
      }
    }
    #expect(packer.count <= RecordingFormat.longestBlock)
    expect(packer, holds: entries)
  }

  /// Words in which nothing is, everything changes, or only some bytes do.
  @Test func extremeWords() {
    var packer = RecordPacker()
    var entries: [(tag: UInt8, bytes: [UInt8])] = []
    let values: [UInt64] = [0, .max, 0xff, 0xff00, 1 << 63, 0x00ff_ffff_ffff_ff00, 1, 0]
    for count in [1, 8, 9, 17, RecordingFormat.mostWords] {
      for value in values {
        let all = (0..<count).map { $0 % 3 == 0 ? value : ~value }
        packer.add(Tag.comparison, all)
        entries.append((Tag.comparison, words(all)))
      }
    }
    expect(packer, holds: entries)
  }

  /// The longest there are, right up to where a block is written.
  @Test func longestEntriesFit() {
    var packer = RecordPacker()
    var (entries, value): ([(tag: UInt8, bytes: [UInt8])], UInt64) = ([], 0)
    while !packer.isFull {
      value = ~value &- 0x0101_0101_0101_0101
      let all = Array(repeating: value, count: RecordingFormat.mostWords)
      packer.add(1, all)
      entries.append((1, words(all)))
    }
    let text = [UInt8](repeating: 0x41, count: RecordingFormat.longestText + 9)
    packer.add(Tag.note, text: text)
    entries.append((Tag.note, Array(text.prefix(RecordingFormat.longestText))))
    expect(packer, holds: entries)
  }

  /// Any bytes are taken for a block: they end, and nothing outside them is touched.
  @Test(arguments: UInt64(1)...40)
  func anyBytesEnd(_ seed: UInt64) {
    var random = Numbers(state: seed)
    var unpacker = RecordUnpacker()
    for length in [0, 1, 2, 3, 9, 100, 4000, RecordingFormat.longestBlock] {
      let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      unsafe bytes.withUnsafeBytes { unsafe unpacker.begin($0) }
      var (before, count) = (length, 0)
      while let tag = unpacker.tag, count <= length {
        count += 1
        let isTaken =
          tag >= Tag.text
          ? unsafe unpacker.text() != nil : unsafe unpacker.words(time: count % 2) != nil
        if !isTaken { unpacker.abandon() }
        before -= 1
      }
      #expect(unpacker.tag == nil && count <= length)
    }
  }

  private func expect(
    _ packer: borrowing RecordPacker, holds entries: [(tag: UInt8, bytes: [UInt8])]
  ) {
    let block = unsafe packer.seal(before: 0)
    var unpacker = RecordUnpacker()
    unsafe unpacker.begin(
      UnsafeRawBufferPointer(rebasing: block[RecordingFormat.blockHeadSize...]))
    for (number, entry) in entries.enumerated() {
      #expect(unpacker.tag == entry.tag, "entry \(number)")
      let time = entry.tag < Tag.pass ? 1 : 0
      let bytes =
        entry.tag >= Tag.text
        ? unsafe unpacker.text().map { unsafe Array($0) }
        : unsafe unpacker.words(time: time).map { unsafe Array($0) }
      #expect(bytes == entry.bytes, "entry \(number)")
    }
    #expect(unpacker.tag == nil)
  }

  private func words(_ words: [UInt64]) -> [UInt8] {
    unsafe words.withUnsafeBytes { unsafe Array($0) }
  }
}
