// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// All numbers at one moment.
public struct Reading: Sendable {
  /// Nanoseconds of CLOCK_MONOTONIC.
  public var at: UInt64
  public var startedAt: UInt64
  /// State transitions that were received since the start.
  public var transitions: UInt64
  public var losses: Losses
  public var services: [Service: Row]
  public var owners: [Owner: Row]
  /// Whether mini sockets are followed at all.
  public var tellsMinis = true
  /// Of each remote port, the address towards which most local ports are taken.
  public var fullest: [UInt16: PortUse]

  public init(
    at: UInt64, startedAt: UInt64, transitions: UInt64, losses: Losses, services: [Service: Row],
    owners: [Owner: Row], fullest: [UInt16: PortUse]
  ) {
    self.at = at
    self.startedAt = startedAt
    self.transitions = transitions
    self.losses = losses
    self.services = services
    self.owners = owners
    self.fullest = fullest
  }
}

/// What is told of a service or a process.
public struct Row: Equatable, Sendable {
  public var counters: Counters
  public var live: Live

  public init(counters: Counters = Counters(), live: Live = Live()) {
    self.counters = counters
    self.live = live
  }

  public mutating func add(_ other: Row) {
    counters.add(other.counters)
    live.add(other.live)
  }
}
