// SPDX-License-Identifier: Apache-2.0

/// What lets a page's own style and script run, and no others (Content Security Policy).
package enum Nonce {
  /// The same for the same content, so that a replay writes the same bytes, and not to be known by whoever
  /// names a process, for all times are in it.
  package static func of(_ content: [UInt8]) -> String {
    var (first, second): (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15)
    for byte in content {
      // FNV-1a, from two beginnings.
      first = (first ^ UInt64(byte)) &* 0x100_0000_01b3
      second = (second ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return [first, second].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
