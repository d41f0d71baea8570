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

/// The marks of the time axis: round numbers of a unit, as many as have room.
struct Ticks {
  /// Seconds since the start, and nanoseconds between two.
  let times: [UInt64]
  let step: UInt64

  /// What people count time in: 1, 2, 5 of a power of ten to a minute, and parts of hours and days.
  private static let rounds: [UInt64] = {
    var rounds: [UInt64] = []
    var unit: UInt64 = 1
    while unit < 10_000_000_000 {
      rounds += [unit, 2 * unit, 5 * unit]
      unit *= 10
    }
    let seconds: [UInt64] = [
      10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172_800,
      604_800,
    ]
    return rounds.filter { $0 < 10_000_000_000 } + seconds.map { $0 * 1_000_000_000 }
  }()

  /// - Parameters:
  ///   - start: what counts as 0.
  ///   - room: how many columns a mark and its number take.
  init(_ scale: Scale, since start: UInt64, room: Int) {
    let least = scale.step * Double(room)
    step = Self.rounds.first { Double($0) >= least } ?? .max
    var times: [UInt64] = []
    let window = scale.window
    let first = window.lowerBound > start ? window.lowerBound - start : 0
    var time = first / step * step
    if time < first { time = time.addingReportingOverflow(step).partialValue }
    while time >= first, start.addingReportingOverflow(time).overflow == false,
      start + time <= window.upperBound, times.count <= scale.columns
    {
      times.append(time)
      let (next, isOver) = time.addingReportingOverflow(step)
      if isOver { break }
      time = next
    }
    self.times = times
  }
}
