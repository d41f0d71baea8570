// SPDX-License-Identifier: Apache-2.0

/// HTML that is XML as well, so that any parser of either can read it.
extension Text {
  /// A text as it is, in an element or an attribute in double quotes: nothing in it is markup.
  package mutating func append(escaped text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": append("&amp;")
      case "<": append("&lt;")
      case ">": append("&gt;")
      case "\"": append("&quot;")
      case "'": append("&#39;")
      case "\n", "\t": append(String(scalar))
      // XML has none of them, and a terminal that shows the file might obey them.
      case "\u{0}"..<" ", "\u{7f}"..."\u{9f}", "\u{fffe}", "\u{ffff}": append("\u{fffd}")
      default: append(String(scalar))
      }
    }
  }

  /// An element with a text in it.
  package mutating func element(
    _ name: StaticString, _ text: String, class kind: StaticString? = nil
  ) {
    append("<")
    append(name)
    if let kind {
      append(" class=\"")
      append(kind)
      append("\"")
    }
    append(">")
    append(escaped: text)
    append("</")
    append(name)
    append(">")
  }
}
