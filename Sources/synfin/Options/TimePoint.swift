// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Lifecycle
internal import Report
internal import Timeline

/// A moment as somebody types it: seconds since the start, or the time of the day.
enum TimePoint: Equatable {
  case sinceStart(nanoseconds: UInt64)
  case clock(secondOfDay: Int, nanoseconds: UInt64)

  static func parse(_ text: String) throws -> TimePoint {
    guard let point = TimePoint(text) else {
      throw ValidationError(
        "'\(text)' is neither seconds since the start nor a time such as 14:05:09.5")
    }
    return point
  }

  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let last = parts.last, let (seconds, nanoseconds) = Self.decimal(last) else { return nil }
    if parts.count == 1 {
      self = .sinceStart(nanoseconds: seconds * 1_000_000_000 + nanoseconds)
      return
    }
    let numbers = parts.dropLast().map { $0.utf8.count <= 2 ? Self.decimal($0) : nil }
    guard parts.count == 3, let hour = numbers[0]?.0, let minute = numbers[1]?.0, hour < 24,
      minute < 60, seconds < 60
    else { return nil }
    self = .clock(
      secondOfDay: Int(hour * 3600 + minute * 60 + seconds), nanoseconds: nanoseconds)
  }

  /// Whole seconds and nanoseconds.
  private static func decimal(_ text: Substring) -> (UInt64, UInt64)? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let whole = UInt64(parts[0]), whole < 1_000_000_000
    else { return nil }
    guard parts.count == 2 else { return (whole, 0) }
    let digits = (parts[1] + "000000000").prefix(9)
    return UInt64(digits).map { (whole, $0) }
  }

  /// In nanoseconds of the records' clock.
  func moment(in run: Run) -> UInt64? {
    switch self {
    case .sinceStart(let nanoseconds):
      let (at, isOver) = run.startedAt.addingReportingOverflow(nanoseconds)
      return isOver ? nil : at
    case .clock(let second, let nanoseconds):
      // Of the days that may be meant, that of the run's middle.
      let middle = run.startedAt + (run.stoppedAt - run.startedAt) / 2
      return run.time.moment(secondOfDay: second, nanoseconds: nanoseconds, near: middle)
    }
  }
}
