// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Where and since when records are told: what they must be read with.
public struct Origin: Equatable, Sendable {
  /// When the source began to tell, in nanoseconds of `CLOCK_MONOTONIC`.
  public var startedAt: UInt64
  /// Nanoseconds to add to a record's time for one since the Unix epoch.
  public var offsetToEpoch: Int64
  /// Seconds to add to UTC for the host's own time; `nil` to ask this host, which is that host.
  public var utcOffset: Int?
  /// What is told beside transitions.
  public var tiers: Tiers
  /// Nanoseconds of a jiffy on the host that tells.
  public var tick: UInt64
  /// The network namespace of the process that reads the kernel; 0 where that is not known.
  public var homeNetns: UInt32
  /// Whether all families are told of, and so all mini sockets that the kernel counts in a namespace.
  public var isWhole: Bool
  /// The name of the host that tells, and the release of its kernel; `nil` where they are not known.
  public var host: String?
  public var kernel: String?

  public init(
    startedAt: UInt64, offsetToEpoch: Int64, utcOffset: Int? = nil, tiers: Tiers, tick: UInt64,
    homeNetns: UInt32 = 0, isWhole: Bool = true, host: String? = nil, kernel: String? = nil
  ) {
    self.startedAt = startedAt
    self.offsetToEpoch = offsetToEpoch
    self.utcOffset = utcOffset
    self.tiers = tiers
    self.tick = tick
    self.homeNetns = homeNetns
    self.isWhole = isWhole
    self.host = host
    self.kernel = kernel
  }
}
