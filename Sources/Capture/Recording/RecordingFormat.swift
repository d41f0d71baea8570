// SPDX-License-Identifier: Apache-2.0
internal import CBPF

/// How a recording is laid out (docs/recordings.md). Numbers are little-endian.
///
/// A head: eight bytes of magic, the version (2 bytes, 2 reserved), the length of the head's text (4),
/// its CRC-32 (4), and the text: a key and a value a line. Then blocks, each readable without the others:
/// four bytes of magic, the length of what it holds (4), a CRC-32 of all that follows (4), 4 reserved,
/// how many records came before it (8), and entries.
///
/// An entry is a tag, a count of words (8 bytes each), a bit for each word that is not as predicted, and
/// of each such word the bytes that differ (``RecordPacker``). From ``Tag/text`` on it is bytes instead.
enum RecordingFormat {
  /// As PNG's: a byte that is no ASCII, and a line end, so that whoever takes it for text spoils it visibly.
  static let magic: [UInt8] = [0x89, 0x53, 0x59, 0x4E, 0x46, 0x49, 0x4E, 0x0A]
  static let version: UInt16 = 1
  static let headSize = 20
  /// What a reader takes for a head at most.
  static let longestHead = 1 << 16

  static let blockMagic: UInt32 = 0xB10C_F12E
  static let blockHeadSize = 24
  /// A block is written when it has this much, and never longer than the second.
  static let blockSize = 1 << 16
  static let longestBlock = 1 << 17

  /// What an entry is. A number below 0x40 is a record's kind (`record.h`), with ``ipv6`` if it is that.
  enum Tag {
    static let ipv6: UInt8 = 0x20
    /// Until here, they are state transitions (enum synfin_kind).
    static let lastTransition = UInt8(SYNFIN_CLOSE.rawValue)
    /// A reading begins: its time.
    static let pass: UInt8 = 0x40
    /// The same, of the last reading, after the stop.
    static let lastPass: UInt8 = 0x41
    /// A reading ends: the time, and the losses until then.
    static let count: UInt8 = 0x42
    static let scanBegan: UInt8 = 0x43
    static let scanEnded: UInt8 = 0x44
    /// What a namespace said before and after a reading.
    static let comparison: UInt8 = 0x45
    /// The recording was ended in order, and nothing follows.
    static let end: UInt8 = 0x46
    /// How many tags have words, and so a prediction.
    static let predicted = 0x60
    /// From here on, an entry is a tag, a length (2), and bytes.
    static let text: UInt8 = 0x60
    /// A cgroup's number (8) and its path.
    static let cgroup: UInt8 = 0x60
    /// For -v.
    static let note: UInt8 = 0x61
  }

  /// The most words that an entry has: 256 bytes, more than any record.
  static let mostWords = 32
  /// A tag, a count, the bits, and each word with its length.
  static let longestEntry = 2 + 4 + mostWords * 9
  /// The most bytes of a text (PATH_MAX).
  static let longestText = 4096

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    unsafe cbpf_crc32(bytes.baseAddress, bytes.count)
  }
}
