// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Where records come from: the live kernel, or later a recording. Nothing above knows which.
public protocol RecordSource: ~Copyable {
  /// When it began to tell, in nanoseconds of `CLOCK_MONOTONIC`.
  var startedAt: UInt64 { get }
  /// Nanoseconds to add to a record's time for one since the Unix epoch.
  var offsetToEpoch: Int64 { get }
  /// What is told beside transitions.
  var tiers: Tiers { get }
  /// Nanoseconds of a jiffy on the host that tells.
  var tick: UInt64 { get }

  /// Waits until it is worth reading again, at most until `deadline`.
  mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake

  /// The time now, in the clock of the records.
  func now() -> UInt64

  /// Hands over every record that is there, in order, and returns how many there were.
  mutating func drain(_ body: (Record) -> Void) -> Int

  /// What has been lost from the start until now.
  ///
  /// - Parameter duplicates: how many transitions were told twice, as the tracker counted.
  mutating func losses(duplicates: UInt64) -> Losses

  /// The losses until the last `losses(duplicates:)` in words, by CPU and program: for `-v`.
  var lossDetail: [String] { get }

  /// Ends the telling: what is still on its way can be drained after it, and nothing more comes.
  mutating func stop()
}

/// Why a wait ended.
public enum Wake: Sendable {
  /// There may be records.
  case records
  /// The deadline has come.
  case deadline
  /// SIGINT or SIGTERM.
  case signal
}
