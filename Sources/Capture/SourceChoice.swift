// SPDX-License-Identifier: Apache-2.0

/// Which of the objects tells, where that is not left to what the host has (`SYNFIN_SOURCE`).
public enum SourceChoice: String, CaseIterable, Sendable {
  /// The one that finds its way by BTF: Linux 5.10 and newer.
  case core
  /// The one that takes what classic tracepoints say, and no more.
  case legacy
  /// The same, on the tracepoint of Linux 4.15.
  case legacyTCP = "legacy-tcp"

  public static let variable = "SYNFIN_SOURCE"
}
