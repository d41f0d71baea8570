// SPDX-License-Identifier: Apache-2.0

/// What the tracer itself costs this host, as /proc has it.
public struct ProcessFacts: Equatable, Sendable {
  /// In user mode and in the kernel, of all threads, in nanoseconds; the kernel tells it in ticks.
  public var cpuTime: UInt64
  public var residentBytes: UInt64
  public var virtualBytes: UInt64
  /// `nil` where they cannot be counted.
  public var openDescriptors: UInt64?
  /// `RLIMIT_NOFILE`.
  public var maxDescriptors: UInt64?
  /// Nanoseconds since the Unix epoch.
  public var startedAt: UInt64

  public init(
    cpuTime: UInt64, residentBytes: UInt64, virtualBytes: UInt64, openDescriptors: UInt64? = nil,
    maxDescriptors: UInt64? = nil, startedAt: UInt64
  ) {
    self.cpuTime = cpuTime
    self.residentBytes = residentBytes
    self.virtualBytes = virtualBytes
    self.openDescriptors = openDescriptors
    self.maxDescriptors = maxDescriptors
    self.startedAt = startedAt
  }
}
