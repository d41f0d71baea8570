// SPDX-License-Identifier: Apache-2.0

/// The page's own source, as it was compiled in.
enum PageTemplate {
  enum Part {
    case text([UInt8])
    case nonce, style, script, recording
  }

  static let style = Array(PageSource.style.utf8)
  static let script = Array(PageSource.script.utf8)

  /// The HTML in the order in which it is written, with what belongs between.
  static let parts: [Part] = {
    var rest = Array(PageSource.html.utf8)[...]
    var parts: [Part] = []
    while let open = firstPair(of: UInt8(ascii: "{"), in: rest),
      let close = firstPair(of: UInt8(ascii: "}"), in: rest[open...]),
      let part = part(String(decoding: rest[(open + 2)..<close], as: UTF8.self))
    {
      parts.append(.text(Array(rest[..<open])))
      parts.append(part)
      rest = rest[(close + 2)...]
    }
    return parts + [.text(Array(rest))]
  }()

  private static func part(_ name: String) -> Part? {
    switch name {
    case "nonce": .nonce
    case "style": .style
    case "script": .script
    case "recording": .recording
    default: nil
    }
  }

  private static func firstPair(of byte: UInt8, in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.indices.dropLast().first { bytes[$0] == byte && bytes[$0 + 1] == byte }
  }
}
