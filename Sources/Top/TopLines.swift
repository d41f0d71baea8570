// SPDX-License-Identifier: Apache-2.0
internal import Metrics
public import Report

/// The tables as plain text, one after the other, where there is no terminal to draw them on.
public struct TopLines: ~Copyable {
  public var text = Text()
  private var time: LocalTime
  private var width: Int
  private let rows: Int
  private var hasBegun = false

  /// - Parameters:
  ///   - width: how many columns there are; at least 80 are used.
  ///   - rows: how many a table has at most.
  public init(time: LocalTime, width: Int, rows: Int = 50) {
    self.time = time
    self.width = max(width, 80)
    self.rows = rows
  }

  /// Adapts to a terminal that has become wider or narrower.
  public mutating func resize(_ width: Int) { self.width = max(width, 80) }

  public mutating func frame(_ frame: Frame) {
    if hasBegun { text.append("\n") }
    hasBegun = true
    for line in Head(frame, &time).lines {
      text.append(line)
      text.append("\n")
    }
    table(.services, frame.services)
    table(.owners, frame.owners)
  }

  private mutating func table(_ view: Screen.View, _ entries: [Entry]) {
    if entries.isEmpty { return }
    text.append("\n")
    let table = Table(view, width: width)
    table.title(to: &text)
    endLine()
    let sorted = Table.sorted(entries, by: Column.all(for: view)[0])
    for entry in sorted.prefix(rows) {
      table.row(entry, to: &text)
      endLine()
    }
    if sorted.count > rows { text.append("... and \(sorted.count - rows) more\n") }
  }

  private mutating func endLine() {
    text.trimEnd()
    text.append("\n")
  }
}
