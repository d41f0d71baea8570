// SPDX-License-Identifier: Apache-2.0

/// The marks of the time axis: round numbers of a unit, as many as have room.
struct Ticks {
  /// Nanoseconds since the start, and between two.
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

extension Ticks {
  /// A time since the start in the unit of the step: `250ms`, `2.5s`, `90s`, `15m`, `3h`.
  func label(of time: UInt64) -> String {
    let units: [(UInt64, String)] = [
      (86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m"),
      (1_000_000_000, "s"), (1_000_000, "ms"), (1000, "us"), (1, "ns"),
    ]
    if time == 0 { return "0s" }
    // The largest unit of which the step is a whole number; seconds may have up to three digits behind
    // the point.
    let (unit, name) = units.first { step % $0.0 == 0 } ?? (1, "ns")
    if name == "ms", time >= 1_000_000_000 {
      let (seconds, rest) = (time / 1_000_000_000, time % 1_000_000_000 / 1_000_000)
      var digits = String(rest + 1000).dropFirst()
      while digits.hasSuffix("0") { digits.removeLast() }
      return digits.isEmpty ? "\(seconds)s" : "\(seconds).\(digits)s"
    }
    return "\(time / unit)\(name)"
  }
}
