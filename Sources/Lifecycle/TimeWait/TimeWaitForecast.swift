// SPDX-License-Identifier: Apache-2.0

/// A mini socket that the kernel keeps, and when it will let go of it. Times are nanoseconds of
/// CLOCK_MONOTONIC.
public struct TimeWaitForecast: Sendable {
  /// The connection's that left it; `nil` where that ended before the tracer began.
  public let id: UInt64?
  public let netns: UInt32
  public let tuple: Tuple
  /// Or an orphan's FIN_WAIT2.
  public let isTimeWait: Bool
  /// Who closed first, and so left it; where that is not known, whose connection it was.
  public let leftBy: Process
  /// When its time began, or began anew; `nil` where that is not known.
  public let startedAt: UInt64?
  /// The beginning of the jiffy in which the kernel's timer wheel comes to its timer.
  public let firesAt: UInt64
}

extension Tracker {
  /// What is left in a namespace, in the order in which it will go.
  public func forecasts(in netns: UInt32) -> [TimeWaitForecast] {
    ledger.numbers(in: netns).compactMap { number in
      let entry = ledger.entries[number]
      guard let firesAt = ledger.clock.time(of: entry.fires) else { return nil }
      return TimeWaitForecast(
        id: entry.id == 0 ? nil : entry.id, netns: netns, tuple: entry.key.tuple,
        isTimeWait: entry.isTimeWait, leftBy: ledger.process(entry.owner),
        startedAt: ledger.startedAt(entry), firesAt: firesAt)
    }.sorted { $0.firesAt < $1.firesAt }
  }
}
