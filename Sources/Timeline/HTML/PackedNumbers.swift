// SPDX-License-Identifier: Apache-2.0
internal import Report

/// Numbers one after another, small ones in one byte: LEB128. In the page, `Numbers` reads them.
struct PackedNumbers {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ number: UInt64) {
    var rest = number
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func append(_ number: Int) { append(UInt64(max(number, 0))) }

  mutating func append(signed number: Int64) { append(Self.folded(number)) }

  /// 0, -1, 1, -2 as 0, 1, 2, 3.
  static func folded(_ number: Int64) -> UInt64 {
    UInt64(bitPattern: (number << 1) ^ (number >> 63))
  }
}

extension Text {
  /// RFC 4648 §4.
  mutating func append(base64 bytes: [UInt8]) {
    let letters = Self.base64
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let have = min(3, bytes.count - start)
      var group: UInt32 = 0
      for index in 0..<3 { group = group << 8 | (index < have ? UInt32(bytes[start + index]) : 0) }
      for index in 0..<4 {
        let letter = letters[Int(group >> UInt32(18 - index * 6) & 63)]
        append(byte: index <= have ? letter : UInt8(ascii: "="))
      }
    }
  }

  private static let base64 = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
