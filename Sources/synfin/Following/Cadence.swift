// SPDX-License-Identifier: Apache-2.0

/// When something that comes at each interval is due, in the clock of the records.
struct Cadence {
  private(set) var due: UInt64
  private var takenAt: UInt64?
  private let interval: UInt64

  init(_ seconds: Double, from start: UInt64) {
    interval = UInt64(seconds * 1e9)
    due = start + interval
  }

  /// The first comes with the start, and not an interval later.
  mutating func beginAtOnce() { due -= interval }

  /// Takes one.
  ///
  /// - Returns: `false` right after one that was due: at the end, one more is asked for.
  mutating func take(at now: UInt64) -> Bool {
    if now < due, let takenAt, now - min(now, takenAt) < interval / 2 { return false }
    takenAt = now
    // Late is late: the next is not any sooner for it.
    due = max(due, now - min(now, interval)) + interval
    return true
  }
}
