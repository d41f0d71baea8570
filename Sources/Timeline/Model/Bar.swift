// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// One end of a connection over time: what a picture draws of it.
public struct Bar: Sendable {
  private let story: Box<ConnectionEnd>
  private let wait: Box<TimeWaitEnd>?
  /// What it went through, in order and without holes; empty where nothing but its CLOSE was told.
  public let phases: [Phase]
  /// Nanoseconds of CLOCK_MONOTONIC: the first and the last that is drawn, TIME_WAIT included.
  public let from: UInt64
  public let to: UInt64
  public let beginning: Beginning
  public let last: Last
  public let outcome: Outcome

  /// What is to the left of a bar.
  public enum Beginning: Sendable, BitwiseCopyable {
    /// Its open was seen.
    case seen
    /// It was there before the tracer.
    case earlier
    /// It was not told: a record may have been lost.
    case unknown
  }

  /// What is to the right of a bar.
  public enum Last: Sendable, BitwiseCopyable {
    /// Nothing: it was over then, with the TIME_WAIT it left.
    case over
    /// It goes on: at the stop, it was still in the state of the last phase.
    case goesOn
    /// It was over by then, or may have been.
    case unknown
  }

  /// - Parameter toldAt: when it was told that it, or its TIME_WAIT, was over.
  init(_ story: Box<ConnectionEnd>, timeWait: Box<TimeWaitEnd>?, toldAt: UInt64, in run: Run) {
    self.story = story
    wait = timeWait
    let end = story.value
    var path = Path(end)
    last = path.finish(end, timeWait?.value, toldAt: toldAt, in: run)
    phases = path.phases
    let at = end.ending?.closedAt ?? 0
    from = phases.first?.from ?? (at == 0 ? toldAt : at)
    to = max(from, phases.last?.to ?? from)
    outcome = Outcome(end)
    beginning =
      if end.connection.openedAt != 0 {
        .seen
      } else if end.connection.open == .existing {
        .earlier
      } else {
        .unknown
      }
  }

  /// The whole story: id, addresses, owner, verdict, times.
  public var end: ConnectionEnd { story.value }
  /// Its TIME_WAIT, where that is over.
  public var timeWait: TimeWaitEnd? { wait?.value }
  public var duration: UInt64 { to - from }
  public var connection: Connection { end.connection }

  /// When the connection itself was over, before the TIME_WAIT it left; `nil` while it is not, or where
  /// that was not told.
  public var endedAt: UInt64? {
    guard let ending = end.ending, ending.isClosed else { return nil }
    return ending.endedAt
  }

  /// How long it was in phases of one kind.
  public func time(in kind: Phase.Kind) -> UInt64 {
    phases.reduce(0) { $1.kind == kind ? $0 + $1.duration : $0 }
  }
}
