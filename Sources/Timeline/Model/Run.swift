// SPDX-License-Identifier: Apache-2.0
public import Lifecycle
public import Report

/// The run that a picture is of.
public struct Run: Sendable {
  /// When the tracer began and when it stopped, in nanoseconds of CLOCK_MONOTONIC.
  public var startedAt: UInt64
  public var stoppedAt: UInt64
  /// Nanoseconds to add to those for time since the Unix epoch.
  public var offsetToEpoch: Int64
  /// Seconds to add to UTC for the time of a host elsewhere; `nil` for this one's.
  public var utcOffset: Int?
  /// What was told of.
  public var tiers: Tiers
  /// What was lost on the way.
  public var losses: Losses

  public init(
    startedAt: UInt64, stoppedAt: UInt64, offsetToEpoch: Int64, utcOffset: Int? = nil,
    tiers: Tiers, losses: Losses = Losses()
  ) {
    self.startedAt = startedAt
    self.stoppedAt = max(startedAt, stoppedAt)
    self.offsetToEpoch = offsetToEpoch
    self.utcOffset = utcOffset
    self.tiers = tiers
    self.losses = losses
  }

  /// The time on the wall where that was.
  public var time: LocalTime { LocalTime(offsetToEpoch: offsetToEpoch, utcOffset: utcOffset) }
}
