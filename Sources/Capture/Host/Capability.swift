// SPDX-License-Identifier: Apache-2.0

/// A Linux capability that decides what synfin can do (`include/uapi/linux/capability.h`).
public enum Capability: UInt64, CaseIterable, Sendable {
  case dacOverride = 1
  case dacReadSearch = 2
  case sysPtrace = 19
  case sysAdmin = 21
  case sysNice = 23
  case sysResource = 24
  case perfmon = 38
  case bpf = 39

  public var name: String {
    switch self {
    case .dacOverride: "CAP_DAC_OVERRIDE"
    case .dacReadSearch: "CAP_DAC_READ_SEARCH"
    case .sysPtrace: "CAP_SYS_PTRACE"
    case .sysAdmin: "CAP_SYS_ADMIN"
    case .sysNice: "CAP_SYS_NICE"
    case .sysResource: "CAP_SYS_RESOURCE"
    case .perfmon: "CAP_PERFMON"
    case .bpf: "CAP_BPF"
    }
  }
}

/// The effective capabilities of a process, as `/proc/self/status` says (`CapEff`).
public struct Capabilities: Equatable, Sendable {
  public var bits: UInt64

  public init(bits: UInt64) { self.bits = bits }

  public init(_ capabilities: [Capability]) {
    bits = capabilities.reduce(0) { $0 | 1 << $1.rawValue }
  }

  public func contains(_ capability: Capability) -> Bool { bits >> capability.rawValue & 1 == 1 }

  /// Loading a tracing program that reads kernel memory takes CAP_BPF and CAP_PERFMON, or the old
  /// CAP_SYS_ADMIN (`bpf_prog_load`, `perfmon_capable`).
  public var missingForTracing: [Capability] {
    if contains(.sysAdmin) { return [] }
    return [.bpf, .perfmon].filter { !contains($0) }
  }
}
