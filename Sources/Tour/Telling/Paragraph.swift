// SPDX-License-Identifier: Apache-2.0

extension String {
  /// Lines of at most `width` columns, each behind `indent`, each ended.
  ///
  /// - Parameter first: what stands before the first of them instead of the indent, and is as wide.
  package func wrapped(to width: Int, indent: String, first: String? = nil) -> String {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, indent.count + line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.enumerated().map { ($0 == 0 ? first ?? indent : indent) + $1 + "\n" }.joined()
  }
}
