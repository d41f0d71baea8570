// SPDX-License-Identifier: Apache-2.0

/// A Markdown table that also reads well as plain text.
package struct Table {
  private var rows: [[String]]

  package init(_ headings: String...) { rows = [headings] }

  package init(headings: [String]) { rows = [headings] }

  package mutating func add(_ cells: String...) { rows.append(cells) }

  package mutating func add(row cells: [String]) { rows.append(cells) }

  package var text: String {
    let widths = rows[0].indices.map { column in
      max(3, rows.map { $0[column].count }.max() ?? 0)
    }
    var lines = rows.map { row in
      zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
    }
    lines.insert(widths.map { String(repeating: "-", count: $0) }, at: 1)
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
