// SPDX-License-Identifier: Apache-2.0

extension Verdict {
  /// How a connection that had been established came to its end.
  ///
  /// A program for the facts at X>CLOSE; the order of the cases matters. It stands on
  /// `tcp_close_state`, `tcp_rcv_state_process`, `tcp_reset`, `tcp_write_err`, `tcp_disconnect` and
  /// `tcp_time_wait`. What rests on a transition that was not told is unknown.
  static func closed(_ connection: Connection, _ ending: Ending, doubt: Doubt) -> Verdict {
    var verdict = Verdict()
    verdict.openResult =
      connection.mayBeUnfinished(in: ending.closedFrom, doubt) ? .unknown : .established
    verdict.endsIn = .closed
    verdict.firstFIN = ending.firstFIN
    let (flags, facts) = (ending.flags, ending.closed)

    if ending.error == Errno.connectionAborted {
      verdict.close = .adminAbort
    } else if flags.contains(.repair) {
      verdict.close = .aborted
    } else if ending.isTimeout {
      verdict.close = ending.isKeepalive ? .keepaliveTimeout : .retransmitTimeout
    } else if ending.isReset {
      verdict.judgeReset(ending, doubt: doubt)
    } else {
      switch ending.closedFrom {
      case .finWait2 where flags.contains(.done):
        verdict.close = ending.shapeOfFirstCloser ?? .unknown
        verdict.endsIn = ending.endsInTimeWait
      case .finWait2 where ending.leavesMini:
        verdict.judgeMini(ending, doubt: doubt)
      case .closing where facts.unacked == 0:
        verdict.close = ending.shapeOfCrossing ?? .unknown
        verdict.endsIn = ending.endsInTimeWait
      case .lastAck where facts.unacked == 0:
        verdict.close = ending.shapeOfSecondCloser ?? .unknown
      case .lastAck, .closing:
        verdict.judgeAbortOfLast(ending)
      default:
        verdict.judgeAbort(connection, ending, doubt: doubt)
      }
    }
    verdict.settleReset(ending)
    verdict.countBytes(connection, ending)
    return verdict
  }

  /// Our side is closed, and a mini socket waits for the peer's.
  private mutating func judgeMini(_ ending: Ending, doubt: Doubt) {
    switch ending.mini {
    case nil where doubt.isDisjoint(with: [.minis, .transitions, .resets]):
      close = .half
      endsIn = ending.flags.contains(.timeWaitFull) ? nil : .finWait2Mini
    case nil:
      close = .unknown
      endsIn = nil
    case .fin:
      close = .fourWay
      endsIn = .timeWait
      via = .finWait2Mini
    case .reset:
      close = .resetReceived
    case .data:
      close = .resetSent
      why = .dataAfterClose
    case .syn:
      close = .resetSent
    case .vanished:
      close = .unknown
      endsIn = nil
    case .expired:
      let isSure = doubt.isDisjoint(with: [.minis, .resets])
      close = isSure ? .orphanTimeout : .unknown
      if !isSure { endsIn = nil }
    }
  }

  /// `tcp_reset()` ran: a RST came, or data for a socket that is closed for reading, which this host
  /// then answers with a RST.
  private mutating func judgeReset(_ ending: Ending, doubt: Doubt) {
    if ending.resetAnswered {
      close = .resetSent
      why = .dataAfterClose
    } else if ending.mayMeetDataAfterClose, doubt.contains(.resets) {
      close = .unknown
    } else {
      close = .resetReceived
    }
  }

  /// An end without an error and without the exchange of FINs: this host dropped the connection.
  private mutating func judgeAbort(_ connection: Connection, _ ending: Ending, doubt: Doubt) {
    let flags = ending.flags
    if ending.resetAnswered {
      // One segment both acknowledged our FIN and brought data that nobody will read.
      close = .resetSent
      why = flags.contains(.linger2Negative) ? nil : .dataAfterClose
    } else if flags.contains(.owned) {
      close = .resetSent
      // A subflow is ended by the worker of the connection above it, whose reason it does not know.
      why = connection.traits.contains(.mptcp) ? nil : ending.reasonOfTask
    } else if !flags.contains(.hasSocket), !flags.contains(.dead) {
      close = .resetSent
      why = .listenerClosed
    } else if ending.closedFrom == .finWait2 || ending.resetDecided || ending.resetAnswered {
      close = .resetSent
    } else {
      // Out of memory, or too many orphans: a RST may go out, and is then told.
      close = doubt.contains(.resets) ? .unknown : .aborted
    }
  }

  /// LAST_ACK or CLOSING, and our FIN not acknowledged: close() with unread data resets in any state
  /// (`__tcp_close`), linger 0 only where our FIN was never sent (`tcp_disconnect`).
  private mutating func judgeAbortOfLast(_ ending: Ending) {
    let facts = ending.closed
    if ending.isAbortOfTask, ending.shutdown == 3, facts.unread > 0 {
      close = .resetSent
      why = .unreadData
    } else if ending.resetDecided || ending.flags.contains(.owned) && facts.unsent > 0 {
      close = .resetSent
    } else {
      close = .aborted
    }
  }

  private mutating func settleReset(_ ending: Ending) {
    switch close {
    case .resetSent: reset = .sent
    case .resetReceived: reset = .received
    default: reset = ending.resetDecided ? .sent : nil
    }
  }

  /// `bytes_acked` counts our SYN where we sent it first, and our FIN once it is acknowledged;
  /// `bytes_received` counts the peer's FIN.
  private mutating func countBytes(_ connection: Connection, _ ending: Ending) {
    let facts = ending.closed
    retrans = facts.totalRetrans
    let peerFIN: UInt64 = ending.flags.contains(.done) ? 1 : 0
    bytesReceived = facts.bytesReceived >= peerFIN ? facts.bytesReceived - peerFIN : nil
    guard let open = connection.open, open != .existing else { return }
    let ownSYN: UInt64 = connection.countsOwnSYN ? 1 : 0
    let ownFIN: UInt64 = ending.hasOwnFIN && facts.unacked == 0 ? 1 : 0
    // Under TCP_REPAIR a connection is made without a SYN: then less may be counted than expected.
    let (sent, isShort) = facts.bytesAcked.subtractingReportingOverflow(ownSYN + ownFIN)
    bytesSent = isShort ? nil : sent
  }
}
