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

  /// What was taken of what the source has, and why: for `-v`.
  var notes: [String] { get }

  /// Waits until it is worth reading again, at most until `deadline`.
  mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake

  /// The time now, in the clock of the records.
  func now() -> UInt64

  /// Hands over every record that is there, in order, and returns how many there were.
  mutating func drain(_ body: (Record) -> Void) -> Int

  /// Hands over what is there now, among the records of what happens meanwhile: each socket as found,
  /// and a word for each network namespace of which that was all. Nothing where it cannot be told.
  mutating func scan(_ body: (Record) -> Void)

  /// What a network namespace says of itself now; `nil` where it cannot be asked.
  func ask(_ name: NamespaceName) -> NamespaceFacts?

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
