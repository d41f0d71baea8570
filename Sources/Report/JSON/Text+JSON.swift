// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

/// JSON, written member by member. A comma goes where the text does not end in an opening brace.
extension Text {
  package mutating func beginObject() { append(byte: UInt8(ascii: "{")) }

  package mutating func endObject() { append(byte: UInt8(ascii: "}")) }

  package mutating func endLine() { append("}\n") }

  package mutating func key(_ name: StaticString) {
    if last != UInt8(ascii: "{") { append(byte: UInt8(ascii: ",")) }
    append(name, between: UInt8(ascii: "\""))
    append(byte: UInt8(ascii: ":"))
  }

  package mutating func member(_ name: StaticString, _ word: StaticString?) {
    key(name)
    guard let word else { return append("null") }
    append(word, between: UInt8(ascii: "\""))
  }

  package mutating func member(_ name: StaticString, _ number: UInt64?) {
    key(name)
    if let number { append(number) } else { append("null") }
  }

  /// A count, or a difference of two, which may be negative.
  package mutating func member(_ name: StaticString, _ number: Int?) {
    key(name)
    if let number { append(signed: number) } else { append("null") }
  }

  /// A share of a whole with 4 decimals; `null` where there is no whole.
  package mutating func member(_ name: StaticString, _ part: Int, of whole: Int) {
    guard whole > 0 else { return member(name, nil as Int?) }
    key(name)
    let whole = UInt64(whole)
    let scaled = (UInt64(max(part, 0)) * 10_000 + whole / 2) / whole
    append(scaled / 10_000)
    append(byte: UInt8(ascii: "."))
    append(scaled % 10_000, digits: 4)
  }

  /// An array with an object for each element, whose members `body` writes.
  package mutating func member<Element>(
    _ name: StaticString, _ elements: [Element], _ body: (inout Text, Element) -> Void
  ) {
    key(name)
    append(byte: UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { append(byte: UInt8(ascii: ",")) }
      beginObject()
      body(&self, element)
      endObject()
    }
    append(byte: UInt8(ascii: "]"))
  }

  package mutating func member(_ name: StaticString, errno number: UInt16) {
    key(name)
    if number == 0 { return append("null") }
    append(byte: UInt8(ascii: "\""))
    append(errno: number)
    append(byte: UInt8(ascii: "\""))
  }

  package mutating func member(_ name: StaticString, _ flag: Bool?) {
    key(name)
    guard let flag else { return append("null") }
    append(flag ? "true" : "false")
  }

  /// A `comm` as a string (RFC 8259 §7). What is not UTF-8 becomes U+FFFD.
  package mutating func member(_ name: StaticString, _ comm: Comm) {
    key(name)
    append(byte: UInt8(ascii: "\""))
    if comm.isPlain { append(comm) } else { appendEscaped(comm.text) }
    append(byte: UInt8(ascii: "\""))
  }

  package mutating func member(_ name: StaticString, string: String?) {
    key(name)
    guard let string else { return append("null") }
    append(byte: UInt8(ascii: "\""))
    if string.utf8.allSatisfy(\.isPlain) { append(string) } else { appendEscaped(string) }
    append(byte: UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ string: String) {
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\t": append("\\t")
      // As they are, those above 127 would be allowed, and would reach a terminal.
      case "\u{0}"..<" ", "\u{7f}"..."\u{9f}":
        append("\\u00")
        for digit in [scalar.value >> 4, scalar.value & 15] {
          append(byte: UInt8(digit < 10 ? 48 + digit : 87 + digit))
        }
      default: append(String(scalar))
      }
    }
  }
}

extension Comm {
  /// Whether it can stand in a JSON string as it is.
  fileprivate var isPlain: Bool {
    for index in 0..<length where !self[index].isPlain { return false }
    return true
  }
}

extension UInt8 {
  /// Whether it stands for itself in a JSON string.
  fileprivate var isPlain: Bool {
    self >= 32 && self <= 126 && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
  }
}
