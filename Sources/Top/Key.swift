// SPDX-License-Identifier: Apache-2.0

/// What somebody has typed.
public enum Key: Equatable, Sendable {
  /// A printable ASCII character.
  case character(UInt8)
  case up, down, left, right, pageUp, pageDown, home, end
  case enter, escape, backspace, tab
}

/// Bytes from a terminal as keys. What is no key that is known is nothing.
public struct KeyReader: Sendable {
  /// The beginning of a sequence whose end is still to come.
  private var begun: [UInt8] = []

  public init() {}

  public mutating func keys(in bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var rest = (begun + bytes)[...]
    begun = []
    while let first = rest.popFirst() {
      switch first {
      case 0x1b:
        guard let second = rest.first, second == UInt8(ascii: "[") || second == UInt8(ascii: "O")
        else {
          // A sequence comes in one piece: nothing behind it is the key itself.
          keys.append(.escape)
          continue
        }
        let tail = rest.dropFirst()
        // ECMA-48 §5.4: parameters, and a final byte from @ to ~.
        guard let end = tail.firstIndex(where: { (0x40...0x7e).contains($0) }) else {
          begun = tail.count < 16 ? [first] + rest : []
          return keys
        }
        if let key = Self.key(tail[...end]) { keys.append(key) }
        rest = rest[(end + 1)...]
      case UInt8(ascii: "\r"), UInt8(ascii: "\n"): keys.append(.enter)
      case UInt8(ascii: "\t"): keys.append(.tab)
      case 0x7f, 0x08: keys.append(.backspace)
      case 32..<127: keys.append(.character(first))
      default: break
      }
    }
    return keys
  }

  /// What follows `ESC [`.
  private static func key(_ sequence: ArraySlice<UInt8>) -> Key? {
    switch String(decoding: sequence, as: UTF8.self) {
    case "A": .up
    case "B": .down
    case "C": .right
    case "D": .left
    case "H", "1~", "7~": .home
    case "F", "4~", "8~": .end
    case "5~": .pageUp
    case "6~": .pageDown
    default: nil
    }
  }
}
