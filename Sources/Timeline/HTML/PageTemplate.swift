// SPDX-License-Identifier: Apache-2.0
internal import CPage

/// The page's own source, as it was compiled in.
enum PageTemplate {
  enum Part {
    case text([UInt8])
    case nonce, style, script, recording
  }

  static let style = unsafe bytes(cpage_style)
  static let script = unsafe bytes(cpage_script)

  /// The HTML in the order in which it is written, with what belongs between.
  static let parts: [Part] = {
    var rest = unsafe bytes(cpage_html)[...]
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

  private static func bytes(
    _ source: (UnsafeMutablePointer<Int>) -> UnsafeRawPointer
  ) -> [UInt8] {
    var size = 0
    let start = unsafe source(&size)
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: size))
  }
}
