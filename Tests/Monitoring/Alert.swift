// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A rule of `deploy/prometheus/alerts.yml`, read without a parser for all of YAML: promtool says whether
/// the file is in order.
package struct Alert {
  package let name: String
  package let lines: [Substring]

  package static let path = "deploy/prometheus/alerts.yml"
  private static let start = "- alert: "

  package static func all() throws -> [Alert] {
    let lines = try Repository.text(path).split(separator: "\n")
    let starts = lines.indices.filter { trimmed(lines[$0]).hasPrefix(start) }
    return zip(starts, starts.dropFirst() + [lines.endIndex]).map { first, end in
      Alert(
        name: String(trimmed(lines[first]).dropFirst(start.count)),
        lines: lines[first..<end].filter { !trimmed($0).hasPrefix("#") })
    }
  }

  private static func trimmed(_ line: Substring) -> Substring { line.drop { $0 == " " } }

  /// The text of a key: what stands behind it, or further in on the lines below.
  package subscript(_ key: String) -> String? {
    guard let first = lines.firstIndex(where: { Self.trimmed($0).hasPrefix("\(key):") }) else {
      return nil
    }
    let depth = lines[first].prefix { $0 == " " }.count
    let below = lines[(first + 1)...].prefix { $0.prefix { $0 == " " }.count > depth }
    let text = ([Self.trimmed(lines[first]).dropFirst(key.count + 1)] + below)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !["", "|", ">-"].contains($0) }
    return text.joined(separator: " ")
  }
}
