// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// The states of one end as phases that follow one another. Where two states that are told of cannot
/// follow one another, what was between them is unknown.
struct Path {
  private(set) var phases: [Phase] = []
  private var state: TCPState?
  /// When `state` was entered; 0 before the first.
  private var since: UInt64 = 0

  /// How long a TIME_WAIT lasts at most that no segment begins again: the timer wheel fires late by up to
  /// an eighth; and a second for whatever keeps it from firing.
  private static let timeWait = TimerWheel.timeWait + TimerWheel.timeWait / 8 + 1_000_000_000

  init(_ end: ConnectionEnd) {
    let connection = end.connection
    if connection.openedAt == 0, let found = connection.foundIn {
      enter(found, at: connection.foundAt)
    }
    enter(connection.open == .passive ? .synRecv : .synSent, at: connection.openedAt)
    enter(.synRecv, at: connection.crossedAt)
    enter(.established, at: connection.establishedAt)
    guard let ending = end.ending else { return }
    for index in 0..<ending.entered.count {
      enter(ending.entered[index].state, at: ending.entered[index].at)
    }
  }

  /// Takes in a state; 0 is a time that is not known.
  private mutating func enter(_ next: TCPState, at: UInt64) {
    if at == 0 || next == state { return }
    close(at: at, isKnown: state?.isFollowed(by: next) == true)
    state = next
  }

  /// Ends the phase that goes on.
  private mutating func close(at: UInt64, isKnown: Bool) {
    // Records of two processors may have times that cross by some µs.
    let at = max(at, since)
    if since != 0, at > since {
      let last = isKnown ? state : nil
      // FIN_WAIT2 goes on in a mini socket.
      if let previous = phases.last, previous.state == last {
        phases[phases.count - 1].to = at
      } else {
        phases.append(Phase(last, from: since, to: at))
      }
    }
    since = at
  }

  /// What came after the last state that a record told of, to the end of the bar.
  mutating func finish(
    _ end: ConnectionEnd, _ wait: TimeWaitEnd?, toldAt: UInt64, in run: Run
  ) -> Bar.Last {
    guard let ending = end.ending, ending.isClosed else {
      // With its end perhaps lost, what it is in is not known any more.
      let isKnown = end.verdict.close == nil && state == end.connection.state
      close(at: isKnown ? run.stoppedAt : toldAt, isKnown: isKnown)
      return isKnown ? .goesOn : .unknown
    }
    close(at: ending.closedAt, isKnown: state == ending.closedFrom)
    state = nil
    return finishMini(end.verdict, ending, wait, toldAt: toldAt, in: run)
  }

  /// What goes on after CLOSE in a mini socket: FIN_WAIT2, TIME_WAIT, or the one and then the other.
  private mutating func finishMini(
    _ verdict: Verdict, _ ending: Ending, _ wait: TimeWaitEnd?, toldAt: UInt64, in run: Run
  ) -> Bar.Last {
    if verdict.close == .half, verdict.endsIn == .finWait2Mini {
      // Before Linux 6.11 nothing is told of it.
      guard run.tiers.contains(.minis) else { return .unknown }
      state = .finWait2
      close(at: run.stoppedAt, isKnown: true)
      return .goesOn
    }
    if ending.miniAt != 0 {
      // When its time ran out is not told, nor whether the FIN that was seen was its peer's first.
      let isTold = ending.endedAt == ending.miniAt
      let isFirst = wait == nil || wait?.beganAt == ending.miniAt || verdict.endsIn != .timeWait
      state = .finWait2
      close(at: ending.miniAt, isKnown: isTold && isFirst)
      if !isTold { return .unknown }
    }
    guard verdict.endsIn == .timeWait || wait != nil else { return .over }
    if verdict.endsIn != .timeWait {
      // How it came there was not told; that it did, was.
      guard let began = wait?.beganAt else { return .unknown }
      state = nil
      close(at: began, isKnown: false)
    }
    state = .timeWait
    if let wait {
      close(at: wait.endedAt ?? toldAt, isKnown: wait.endedAt != nil)
      return wait.endedAt == nil ? .unknown : .over
    }
    // One that was followed would have been told of by then.
    let isKnown = run.stoppedAt <= since &+ Self.timeWait
    close(at: run.stoppedAt, isKnown: isKnown)
    return isKnown ? .goesOn : .unknown
  }
}
