// SPDX-License-Identifier: Apache-2.0

/// What is told of beside the transitions, where the kernel has it.
public struct Tiers: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// RSTs on their way in and out: refused or unreachable; who reset.
  public static let resets = Tiers(rawValue: 1 << 0)
  /// Segments that reach mini sockets (6.11): what becomes of a FIN_WAIT2 after close().
  public static let minis = Tiers(rawValue: 1 << 1)
  /// Who accepts.
  public static let accepts = Tiers(rawValue: 1 << 2)
  /// What is there already.
  public static let scans = Tiers(rawValue: 1 << 3)
  public static let all: Tiers = [.resets, .minis, .accepts, .scans]

  /// Of a transition the two states are told, and no other fact of its socket: without BTF.
  public static let statesOnly = Tiers(rawValue: 1 << 4)
  /// Neither listeners are told of, nor a child before it is ESTABLISHED (`tcp:tcp_set_state`, 4.15).
  public static let withoutListeners = Tiers(rawValue: 1 << 5)
  /// With it: when the telling began, sockets had sent a SYN, and one that meets another's looks like a child.
  public static let withPendingOpens = Tiers(rawValue: 1 << 6)
  /// What is told less of: of two sources the one that lacks it does not make it good.
  public static let lacks: Tiers = [.statesOnly, .withoutListeners, .withPendingOpens]

  /// What both tell of.
  func common(with other: Tiers) -> Tiers {
    intersection(other).union(union(other).intersection(.lacks))
  }
}
