// SPDX-License-Identifier: Apache-2.0

/// The members of an object that this program has written itself: no space between, and valid.
struct JSONMembers {
  private let bytes: [UInt8]
  private var at = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next key without its quotes, and its value as it stands there.
  mutating func next() -> (key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return nil }
    let key = at + 1
    skipString()
    let keyEnd = at - 1
    at += 1
    let value = at
    skipValue()
    defer { at += 1 }
    return (bytes[key..<keyEnd], bytes[value..<at])
  }

  /// To the comma or brace behind a value.
  private mutating func skipValue() {
    var depth = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","):
        if depth == 0 { return }
        if bytes[at] != UInt8(ascii: ",") { depth -= 1 }
      default: break
      }
      at += 1
    }
  }

  /// From one quote to behind the other.
  private mutating func skipString() {
    at += 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    at = min(at + 1, bytes.count)
  }
}
