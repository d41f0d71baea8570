// SPDX-License-Identifier: Apache-2.0

/// What the states and the resets of a connection prove, where nothing is told of its socket.
extension Verdict {
  /// What a close with FINs was, whether it was acknowledged, and why an open failed without a RST, only the
  /// socket knows: all that is unknown.
  static func bare(_ connection: Connection, _ ending: Ending, doubt: Doubt) -> Verdict {
    var verdict = Verdict()
    verdict.endsIn = .closed
    let isOpening = ending.closedFrom == .synSent || ending.closedFrom == .synRecv
    if isOpening {
      verdict.openResult = bareFailure(connection, ending)
      if verdict.openResult == .refused { verdict.reset = .received }
    } else {
      verdict.openResult =
        connection.mayBeUnfinished(in: ending.closedFrom, doubt) ? .unknown : .established
      verdict.firstFIN = ending.firstFIN
      verdict.judgeBareEnd(ending, doubt: doubt)
    }
    if verdict.reset == nil, ending.resetDecided { verdict.reset = .sent }
    return verdict
  }

  private static func bareFailure(_ connection: Connection, _ ending: Ending) -> OpenResult {
    // `tcp_reset()` ends it at once.
    if ending.resetReceived { return .refused }
    // Without a port no SYN was sent (`tcp_v4_connect`).
    if ending.closedFrom == .synSent, connection.tuple.localPort == 0 { return .noPorts }
    return .unknown
  }

  private mutating func judgeBareEnd(_ ending: Ending, doubt: Doubt) {
    let isFinSent = ending.closedFrom == .finWait1 || ending.closedFrom == .finWait2
    if ending.resetReceived {
      // Data for a socket that is closed for reading runs the same; then a RST answers it.
      if ending.resetAnswered, isFinSent {
        (close, why) = (.resetSent, .dataAfterClose)
      } else {
        close = isFinSent && doubt.contains(.resets) ? .unknown : .resetReceived
      }
    } else if ending.resetFollowed || ending.resetAnswered && isFinSent {
      close = .resetSent
    } else {
      close = .unknown
      // Only here a mini socket may be left.
      if ending.closedFrom == .finWait2 || ending.closedFrom == .closing { endsIn = nil }
    }
    switch close {
    case .resetSent: reset = .sent
    case .resetReceived: reset = .received
    default: break
    }
  }
}
