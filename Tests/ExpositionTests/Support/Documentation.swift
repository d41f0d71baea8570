// SPDX-License-Identifier: Apache-2.0

/// docs/metrics.md, as far as it can be held against the code.
enum Documentation {
  /// The rows of its tables that begin with a metric: its name, type and labels.
  static func metrics() throws -> [[String]] {
    try Files.documentation().split(separator: "\n").compactMap { line in
      guard line.hasPrefix("| `") else { return nil }
      let cells = line.split(separator: "|").map {
        $0.replacing("`", with: "").split(separator: " ").joined(separator: " ")
      }
      return Array(cells.prefix(3))
    }
  }

  /// Its queries, without what is said of them. What is indented goes on with the line before.
  static func queries() throws -> [String] {
    let blocks = try Files.documentation().split(separator: "```promql\n").dropFirst()
    let lines = blocks.flatMap { block in
      (block.split(separator: "```").first ?? "").split(separator: "\n")
    }
    return lines.reduce(into: []) { queries, line in
      if line.hasPrefix("#") { return }
      if line.hasPrefix(" "), let last = queries.indices.last {
        queries[last] += "\n\(line)"
      } else {
        queries.append(String(line))
      }
    }
  }
}
