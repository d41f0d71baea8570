// SPDX-License-Identifier: Apache-2.0
@testable import Capture

/// A recording that a fuzzer has changed, with checksums that fit again: otherwise nothing behind them
/// would ever be reached.
enum Recording {
  static var magic: [UInt8] { RecordingFormat.magic }

  /// Where the head's reserved bytes are not 0, everything is left as it is, for what is to be found
  /// before a checksum.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    guard bytes.count >= RecordingFormat.headSize else { return bytes }
    if bytes[10] | bytes[11] != 0 { return bytes }
    var place = RecordingFormat.headSize + Int(word(bytes, at: 12))
    guard place <= bytes.count else { return bytes }
    seal(&bytes, RecordingFormat.headSize..<place, at: 16)
    while place + RecordingFormat.blockHeadSize <= bytes.count {
      guard word(bytes, at: place) == RecordingFormat.blockMagic else {
        place += 1
        continue
      }
      let end = place + RecordingFormat.blockHeadSize + Int(word(bytes, at: place + 4))
      if end <= bytes.count { seal(&bytes, place + 12..<end, at: place + 8) }
      place = end <= bytes.count ? end : place + 1
    }
    return bytes
  }

  private static func word(_ bytes: [UInt8], at place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32($1 * 8) }
  }

  private static func seal(_ bytes: inout [UInt8], _ range: Range<Int>, at place: Int) {
    let checksum = unsafe bytes.withUnsafeBytes {
      unsafe RecordingFormat.checksum(UnsafeRawBufferPointer(rebasing: $0[range]))
    }
    for index in 0..<4 {
      bytes[place + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(index * 8))
    }
  }
}
