// SPDX-License-Identifier: Apache-2.0

/// Time on columns.
struct Scale: Sendable {
  let window: ClosedRange<UInt64>
  let columns: Int
  /// Nanoseconds, at least 1.
  private let span: Double

  init(_ window: ClosedRange<UInt64>, columns: Int) {
    self.window = window
    self.columns = max(columns, 1)
    span = Double(max(window.upperBound - window.lowerBound, 1))
  }

  /// Nanoseconds of a column.
  var step: Double { span / Double(columns) }

  /// The column of a time; what is outside of the window is in the first or the last.
  func column(_ at: UInt64) -> Int {
    if at <= window.lowerBound { return 0 }
    return min(Int(Double(min(at, window.upperBound) - window.lowerBound) / step), columns - 1)
  }

  /// The columns that a time takes part in, and how many nanoseconds of each; `nil` for a time outside of
  /// the window. A moment takes part in one.
  func forEachColumn(from: UInt64, to: UInt64, _ body: (Int, Double) -> Void) {
    guard from <= window.upperBound, to >= window.lowerBound else { return }
    let begin = Double(max(from, window.lowerBound) - window.lowerBound)
    let end = Double(min(max(from, to), window.upperBound) - window.lowerBound)
    let (first, last) = (column(from), column(max(from, to)))
    for column in first...last {
      let left = max(begin, Double(column) * step)
      let right = min(end, Double(column + 1) * step)
      // Where it ends just at the edge, nothing of it is behind it.
      if column > first, right <= left { continue }
      body(column, max(right - left, 0))
    }
  }
}
