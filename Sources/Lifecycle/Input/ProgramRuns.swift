// SPDX-License-Identifier: Apache-2.0

/// What a BPF program has cost since it was loaded, by the kernel's own statistics
/// (`kernel.bpf_stats_enabled`).
public struct ProgramRuns: Equatable, Sendable {
  public var name: String
  public var runs: UInt64
  public var nanoseconds: UInt64

  public init(name: String, runs: UInt64, nanoseconds: UInt64) {
    self.name = name
    self.runs = runs
    self.nanoseconds = nanoseconds
  }
}
