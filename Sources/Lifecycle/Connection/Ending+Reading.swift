// SPDX-License-Identifier: Apache-2.0

/// What the facts of an ending mean, each on its own.
extension Ending {
  /// Who put the first FIN on the wire, as the state it was closed from proves.
  var firstFIN: FirstFIN? {
    switch closedFrom {
    case .closeWait, .lastAck: .remote
    case .finWait2: .local
    // With something unsent, our FIN waits behind it, and nobody has seen it.
    case .finWait1: !isBare && closed.unsent == 0 ? .local : nil
    case .closing: finsCrossed.map { $0 ? .both : .remote }
    default: nil
    }
  }

  /// Our FIN has a sequence number, and so counts as a byte.
  var hasOwnFIN: Bool {
    switch closedFrom {
    case .finWait1, .finWait2, .closing, .lastAck: true
    default: false
    }
  }

  /// The kernel gave up: ETIMEDOUT, or the ICMP error it remembered meanwhile (`tcp_write_err`).
  var isTimeout: Bool {
    if error == Errno.timedOut { return true }
    return error != 0 && error == closed.softError && !resetReceived
  }

  /// Probes of an idle connection went unanswered, and nothing was outstanding
  /// (`tcp_keepalive_timer`); probes of a closed window have something to send (`tcp_probe_timer`).
  var isKeepalive: Bool {
    closed.probes > 0 && closed.retransmits == 0 && closed.unacked == 0
  }

  /// A task at work on a socket that it still holds: it resets. An orphan is put away instead.
  var isAbortOfTask: Bool { flags.contains(.owned) && !flags.contains(.dead) }

  /// `tcp_reset()` ran: a RST came, or data after close(). Other errors may be left over from an ICMP
  /// message (IP_RECVERR) that ended nothing.
  var isReset: Bool { error == Errno.connectionReset || error == Errno.brokenPipe }

  /// None of the errors that end a connection.
  private var isQuiet: Bool { !isReset && !isTimeout && error != Errno.connectionAborted }

  /// Data may reach a socket that is closed for reading, while it is still a full one.
  var mayMeetDataAfterClose: Bool {
    shutdown & 1 != 0 && (closedFrom == .finWait1 || closedFrom == .finWait2)
  }

  /// A task's call ended it, and not a packet that a task happened to work off.
  var isEndedByCall: Bool {
    switch closedFrom {
    case .synSent, .synRecv: error == 0
    case .finWait2: isQuiet && !flags.contains(.done)
    case .lastAck, .closing: isQuiet && closed.unacked != 0
    default: isQuiet
    }
  }

  /// Whether a RST that is still to come can change what the end is called: it follows CLOSE by
  /// some 10 µs.
  var awaitsReset: Bool {
    if isBare { return awaitsResetUntold }
    if resetDecided || resetAnswered { return false }
    if isReset { return mayMeetDataAfterClose }
    guard isQuiet, flags.contains(.dead) else { return false }
    switch closedFrom {
    case .established, .closeWait, .finWait1: return !flags.contains(.owned)
    case .finWait2: return !flags.contains(.done)
    case .lastAck, .closing: return closed.unacked > 0
    default: return false
    }
  }

  /// FIN_WAIT2 goes on in a mini socket: an orphan's, or one that nobody wants to keep.
  var leavesMini: Bool {
    !isBare && closedFrom == .finWait2 && isQuiet && !isAbortOfTask && !resetDecided
      && !resetAnswered
      && flags.isDisjoint(with: [.done, .linger2Negative, .repair])
  }

  /// Both FINs are acknowledged, and ours was the first to be: a mini socket in TIME_WAIT is left.
  var leavesTimeWait: Bool {
    guard !isBare, isQuiet, !flags.contains(.repair) else { return false }
    return closedFrom == .finWait2 && flags.contains(.done)
      || closedFrom == .closing && closed.unacked == 0
  }

  /// With as many mini sockets as there may be, the kernel may have made none.
  var endsInTimeWait: EndsIn? { flags.contains(.timeWaitFull) ? nil : .timeWait }

  /// Why a task's call made a RST (`__tcp_close`, `tcp_disconnect`).
  var reasonOfTask: ResetReason? {
    if shutdown != 3 { return .disconnect }
    if closed.unread > 0 { return .unreadData }
    return flags.contains(.linger0) ? .linger0 : nil
  }

  /// One segment that both acknowledged our FIN and brought the peer's makes it three-way: the
  /// kernel stamps its clock once for each segment (`tcp_mstamp_refresh`).
  var shapeOfFirstCloser: Close? {
    guard entered.contains(.finWait2) else { return nil }
    guard let finAckStamp, let stamp = closed.stamp else { return .fourWay }
    return finAckStamp == stamp ? .threeWay : .fourWay
  }

  /// Three-way where the own FIN carried the first ACK of the peer's (RFC 9293 §3.6). One that was not
  /// acknowledged before close() is acknowledged by the next segment that is sent, and that is the FIN
  /// if it is the only one; or if nothing but the FIN was left to be sent, and sent again.
  var shapeOfSecondCloser: Close? {
    guard let before = secondFIN else { return nil }
    if before.lag == 0 { return .fourWay }
    let sent = closed.segsOut &- before.segsOut
    if sent == 1 { return .threeWay }
    let again = closed.totalRetrans &- before.totalRetrans
    return before.unacked == 0 && sent &- again == 1 ? .threeWay : nil
  }

  /// In CLOSING the peer's FIN has had an ACK of its own; with FINs that did not cross, that is four.
  var shapeOfCrossing: Close? {
    finsCrossed.map { $0 ? .simultaneous : .fourWay }
  }
}

extension Ending.Entered {
  func contains(_ state: TCPState) -> Bool {
    (0..<count).contains { self[$0].state == state }
  }
}
