// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// What there is of connections at one moment.
public struct Live: Equatable, Sendable {
  /// By state; none in CLOSED or LISTEN.
  public private(set) var states = Words<TCPState>()
  /// Of those in CLOSE_WAIT, how long the oldest has been there, in nanoseconds; `nil` for none.
  public private(set) var closeWaitOldest: Age?
  /// Mini sockets: connections that are over, and wait.
  public private(set) var timeWait = 0
  /// Orphans' FIN_WAIT2.
  public private(set) var finWait2 = 0

  /// Whether mini sockets are followed, and whether it is told what of a handshake was sent again.
  public var tellsMinis = true
  public var tellsHandshakes = true

  /// How long something has been so.
  public struct Age: Equatable, Sendable {
    public var nanoseconds: UInt64
    /// It was so already when it was first seen.
    public var isAtLeast: Bool

    public init(nanoseconds: UInt64, isAtLeast: Bool) {
      self.nanoseconds = nanoseconds
      self.isAtLeast = isAtLeast
    }

    /// Whether it says more: of two that are equally long, the one that may be longer.
    func isMore(than other: Age) -> Bool {
      (nanoseconds, isAtLeast ? 1 : 0) > (other.nanoseconds, other.isAtLeast ? 1 : 0)
    }
  }

  public init() {}

  /// Whose handshake is over and that have not come to CLOSED.
  public var open: UInt64 { states.total - opening }
  public var opening: UInt64 { states[.synSent] + states[.synRecv] }
  public var closeWait: UInt64 { states[.closeWait] }

  /// Whether there is nothing.
  public var isEmpty: Bool { states.total == 0 && timeWait == 0 && finWait2 == 0 }

  /// - Parameter since: when it entered its state; 0 where that was not told.
  mutating func add(_ connection: Connection, since: UInt64, at now: UInt64, startedAt: UInt64) {
    states[connection.state] += 1
    guard connection.state == .closeWait else { return }
    let known = since != 0 ? since : connection.foundAt != 0 ? connection.foundAt : startedAt
    let age = Age(nanoseconds: now > known ? now - known : 0, isAtLeast: since == 0)
    if closeWaitOldest.map(age.isMore) ?? true { closeWaitOldest = age }
  }

  mutating func add(_ mini: Tracker.Mini) {
    if mini.isTimeWait { timeWait += 1 } else { finWait2 += 1 }
  }

  public mutating func add(_ other: Live) {
    states.add(other.states)
    if let age = other.closeWaitOldest, closeWaitOldest.map(age.isMore) ?? true {
      closeWaitOldest = age
    }
    tellsMinis = tellsMinis && other.tellsMinis
    tellsHandshakes = tellsHandshakes && other.tellsHandshakes
    timeWait += other.timeWait
    finWait2 += other.finWait2
  }
}
