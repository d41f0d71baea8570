// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

extension Scenario {
  private static let byTask = Record.Closed(segsIn: 4, task: Script.process)

  /// Closes in order.
  static let orderly: [Scenario] = [
    Scenario("prompt, first closer", .active(.threeWay, .local, endsIn: .timeWait)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .finWait2)
      $0.closed(from: .finWait2, .done, sameSegment: true)
    },
    Scenario("prompt, second closer", .passive(.threeWay, .remote)) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 1, [.owned, .done])
      $0.closed(from: .lastAck, [.done, .dead])
    },
    Scenario("peer closes later, second closer", .passive(.fourWay, .remote)) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.wait(50_000)
      $0.shut(.closeWait, .lastAck, lag: 0, [.owned, .done])
      $0.closed(from: .lastAck, [.done, .dead])
    },
    Scenario("second closer, its FIN behind data that waits", .passive(.unknown, .remote)) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 1, unacked: 25_520, [.owned, .done])
      $0.closed(from: .lastAck, Record.Closed(segsOut: 22), [.done, .dead])
    },
    Scenario("second closer, data sent again before its FIN", .passive(.unknown, .remote)) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 1, unacked: 1448, [.owned, .done])
      $0.closed(from: .lastAck, Record.Closed(totalRetrans: 1, segsOut: 6), [.done, .dead])
    },
    Scenario("second closer, its FIN sent again", .passive(.threeWay, .remote)) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 1, [.owned, .done])
      $0.closed(from: .lastAck, Record.Closed(totalRetrans: 2, segsOut: 7), [.done, .dead])
    },
    Scenario("second closer, its FIN behind a closed window", .passive(.unknown, .remote)) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 1, [.owned, .done])
      $0.closed(from: .lastAck, Record.Closed(segsOut: 6), [.done, .dead])
    },
    Scenario(
      "peer closes later, first closer used close()", .active(.half, .local, endsIn: .finWait2Mini)
    ) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .finWait2, .dead)
      $0.closed(from: .finWait2, .dead, sameSegment: true)
    },
    Scenario("half close, first closer", .active(.fourWay, .local, endsIn: .timeWait)) {
      $0.openActively()
      $0.shut(.established, .finWait1, shutdown: 2)
      $0.step(.finWait1, .finWait2)
      $0.wait(60_000)
      $0.closed(from: .finWait2, .done)
    },
    Scenario("shutdown, then close() in FIN_WAIT2", .active(.half, .local, endsIn: .finWait2Mini)) {
      $0.openActively()
      $0.shut(.established, .finWait1, shutdown: 2)
      $0.step(.finWait1, .finWait2)
      $0.shut(.finWait2, .finWait2)
      $0.closed(from: .finWait2, byTask, [.owned, .dead])
    },
    Scenario("simultaneous", .active(.simultaneous, .both, endsIn: .timeWait)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .closing, .done)
      $0.closed(from: .closing, [.done, .dead])
    },
    Scenario(
      "CLOSING, but our FIN had not been sent", .active(.fourWay, .remote, endsIn: .timeWait)
    ) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .closing, unsent: 1, .done)
      $0.closed(from: .closing, [.done, .dead])
    },
    Scenario("FIN never sent, then a RST", .active(.resetReceived, reset: .received)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.resetReceived()
      $0.closed(
        from: .finWait1, Record.Closed(unacked: 65_001, unsent: 65_001, segsIn: 9), error: 104)
    },
    Scenario(
      "Fast Open, the server closes before the handshake ends",
      Truth(
        open: .passive, close: .threeWay, firstFIN: .local, endsIn: .timeWait)
    ) {
      $0.child()
      $0.base = .hasSocket
      $0.shut(.synRecv, .finWait1)
      $0.step(.finWait1, .finWait2)
      $0.closed(from: .finWait2, .done, sameSegment: true)
    },
    Scenario(
      "Fast Open, closed, and reset before the handshake ends",
      Truth(
        open: .passive, result: .unknown, close: .resetReceived, firstFIN: .local, reset: .received)
    ) {
      $0.child()
      $0.base = .hasSocket
      $0.shut(.synRecv, .finWait1)
      $0.resetReceived()
      $0.closed(from: .finWait1, .dead, error: 104)
    },
    Scenario("never accepted, the peer closes", .passive(nil, .remote, endsIn: nil, isOwned: false))
    {
      $0.child()
      $0.establish(from: .synRecv, rtt: 40_321)
      $0.step(.established, .closeWait, .done)
    },
    Scenario(
      "three on one socket", .active(.threeWay, .local, endsIn: .timeWait),
      .passive(.threeWay, .remote), .active(.half, .local, endsIn: .finWait2Mini)
    ) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .finWait2)
      $0.closed(from: .finWait2, .done, sameSegment: true)
      $0.wait(1500)
      $0.tuple.localPort = 443
      $0.tuple.remotePort = 51_000
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 1, [.owned, .done])
      $0.closed(from: .lastAck, [.done, .dead])
      $0.wait(1500)
      $0.base = .hasSocket
      $0.tuple.localPort = 40_777
      $0.tuple.remotePort = 443
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .finWait2, .dead)
      $0.closed(from: .finWait2, .dead, sameSegment: true)
    },
  ]

  /// Resets, aborts and timeouts.
  static let abnormal: [Scenario] = [
    Scenario("close() with unread data", .active(.resetSent, reset: .sent, why: .unreadData)) {
      $0.openActively()
      $0.closed(
        from: .established, Record.Closed(unread: 3, segsIn: 4, task: Script.process), .owned)
      $0.resetSent(isAnswer: false)
    },
    Scenario("SO_LINGER 0", .active(.resetSent, reset: .sent, why: .linger0)) {
      $0.openActively()
      $0.closed(from: .established, byTask, [.owned, .linger0])
      $0.resetSent(isAnswer: false)
    },
    Scenario("connect(AF_UNSPEC)", .active(.resetSent, reset: .sent, why: .disconnect)) {
      $0.openActively()
      $0.closed(from: .established, byTask, .owned, shutdown: 0)
      $0.resetSent(isAnswer: false)
    },
    Scenario("SO_LINGER 0 in FIN_WAIT2", .active(.resetSent, .local, reset: .sent, why: .linger0)) {
      $0.openActively()
      $0.shut(.established, .finWait1, shutdown: 2)
      $0.step(.finWait1, .finWait2)
      $0.closed(from: .finWait2, byTask, [.owned, .linger0])
      $0.resetSent(isAnswer: false)
    },
    Scenario("SO_LINGER 0 in LAST_ACK sends nothing", .passive(.aborted, .remote)) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 1, shutdown: 2, [.owned, .done])
      $0.closed(
        from: .lastAck, Record.Closed(unacked: 1, segsIn: 4, task: Script.process),
        [.owned, .done, .linger0])
    },
    Scenario(
      "unread data in LAST_ACK", .passive(.resetSent, .remote, reset: .sent, why: .unreadData)
    ) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 1, shutdown: 2, [.owned, .done])
      $0.closed(
        from: .lastAck, Record.Closed(unread: 5, unacked: 1, segsIn: 4, task: Script.process),
        [.owned, .done])
      $0.resetSent(isAnswer: false)
    },
    Scenario("an old ICMP error ends nothing", .active(.threeWay, .local, endsIn: .timeWait)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .finWait2)
      $0.closed(from: .finWait2, .done, error: 113, sameSegment: true)
    },
    Scenario("a RST in ESTABLISHED", .passive(.resetReceived, reset: .received, isOwned: false)) {
      $0.openPassively()
      $0.resetReceived()
      $0.closed(from: .established, error: 104)
    },
    Scenario(
      "a RST in CLOSE_WAIT is EPIPE",
      .passive(.resetReceived, .remote, reset: .received, isOwned: false)
    ) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.resetReceived()
      $0.closed(from: .closeWait, .done, error: 32)
    },
    Scenario("a RST for an orphan", .active(.resetReceived, .local, reset: .received)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.resetReceived()
      $0.closed(from: .finWait1, Record.Closed(segsIn: 5), .dead, error: 104)
    },
    Scenario(
      "data after close(), full orphan",
      .active(.resetSent, .local, reset: .sent, why: .dataAfterClose)
    ) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.resetReceived()
      $0.closed(from: .finWait1, Record.Closed(segsIn: 5), .dead, error: 104)
      $0.resetSent(isAnswer: true)
    },
    Scenario("TCP_LINGER2 below 0", .active(.resetSent, .local, reset: .sent)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .finWait2, .dead)
      $0.closed(from: .finWait2, [.dead, .linger2Negative], sameSegment: true)
      $0.resetSent(isAnswer: true)
    },
    Scenario(
      "the listener is closed before accept",
      .passive(.resetSent, reset: .sent, why: .listenerClosed, isOwned: false)
    ) {
      $0.child()
      $0.establish(from: .synRecv, rtt: 40_321)
      $0.closed(from: .established, shutdown: 0)
      $0.resetSent(isAnswer: false)
    },
    Scenario("ss -K", .active(.adminAbort, reset: .sent)) {
      $0.openActively()
      $0.resetSent(isAnswer: false)
      $0.closed(
        from: .established, Record.Closed(task: Process(pid: 99, comm: Comm("ss"))), .owned,
        error: 103,
        shutdown: 0)
    },
    Scenario(
      "one segment acknowledges the FIN and brings data: no mini at all",
      orphan(.resetSent, reset: .sent, why: .dataAfterClose)
    ) {
      $0.leaveOrphan()
      $0.resetSent(isAnswer: true)
    },
    Scenario("an orphan's keepalive gives up in FIN_WAIT2", orphan(.resetSent, reset: .sent)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .finWait2, .dead)
      $0.resetSent(isAnswer: false)
      $0.closed(from: .finWait2, .dead)
    },
    Scenario("too many orphans", .active(.resetSent, .local, reset: .sent)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.closed(from: .finWait1, Record.Closed(unacked: 1, segsIn: 4), .dead)
      $0.resetSent(isAnswer: false)
    },
    Scenario("moved elsewhere by TCP_REPAIR", .active(.aborted)) {
      $0.openActively()
      $0.closed(from: .established, byTask, [.owned, .repair])
    },
    Scenario("keepalive", .active(.keepaliveTimeout, reset: .sent)) {
      $0.openActively()
      $0.resetSent(isAnswer: false)
      $0.closed(from: .established, Record.Closed(probes: 3), error: 110, shutdown: 0)
    },
    Scenario("retransmission timeout", .active(.retransmitTimeout)) {
      $0.openActively()
      $0.closed(
        from: .established, Record.Closed(totalRetrans: 15, unacked: 100, retransmits: 15),
        error: 110,
        shutdown: 0)
    },
    Scenario("the same, with ICMP errors meanwhile", .active(.retransmitTimeout)) {
      $0.openActively()
      $0.closed(
        from: .established,
        Record.Closed(totalRetrans: 15, unacked: 100, softError: 113, retransmits: 15), error: 113,
        shutdown: 0)
    },
    Scenario("probes of a closed window", .active(.retransmitTimeout)) {
      $0.openActively()
      $0.closed(
        from: .established, Record.Closed(unacked: 100, unsent: 100, probes: 15), error: 110,
        shutdown: 0)
    },
    Scenario("FIN unanswered", .active(.retransmitTimeout, .local)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.closed(from: .finWait1, Record.Closed(unacked: 1, retransmits: 8), .dead, error: 110)
    },
    Scenario("LAST_ACK unanswered", .passive(.retransmitTimeout, .remote)) {
      $0.openPassively()
      $0.step(.established, .closeWait, .done)
      $0.shut(.closeWait, .lastAck, lag: 0, [.owned, .done])
      $0.closed(
        from: .lastAck, Record.Closed(unacked: 1, retransmits: 8), [.dead, .done], error: 110)
    },
    Scenario("CLOSING unanswered leaves no TIME_WAIT", .active(.retransmitTimeout, .both)) {
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .closing, .done)
      $0.closed(
        from: .closing, Record.Closed(unacked: 1, retransmits: 8), [.dead, .done], error: 110)
    },
  ]

  /// What becomes of an orphan's FIN_WAIT2, which is left to a mini socket.
  static let minis: [Scenario] = [
    Scenario(
      "the peer's FIN reaches the mini", orphan(.fourWay, endsIn: .timeWait, via: .finWait2Mini)
    ) {
      $0.leaveOrphan()
      $0.wait(100_000)
      $0.mini(.timeWait)
    },
    Scenario(
      "a duplicate ACK first, and the FIN again later",
      orphan(.fourWay, endsIn: .timeWait, via: .finWait2Mini)
    ) {
      $0.leaveOrphan()
      $0.mini(.finWait2)
      $0.mini(.timeWait)
      $0.mini(.timeWait)
    },
    Scenario("data reaches the mini", orphan(.resetSent, reset: .sent, why: .dataAfterClose)) {
      $0.leaveOrphan()
      $0.wait(100_000)
      $0.mini(.finWait2, isGone: true)
    },
    Scenario("a SYN reaches the mini", orphan(.resetSent, reset: .sent)) {
      $0.leaveOrphan()
      $0.mini(.finWait2, isGone: true, hasSYN: true)
    },
    Scenario("a RST reaches the mini", orphan(.resetReceived, reset: .received)) {
      $0.leaveOrphan()
      $0.wait(100_000)
      $0.mini(.finWait2, isGone: true, hasRST: true)
    },
    Scenario(
      "the same addresses in use again: the mini is gone", orphan(.orphanTimeout),
      .active(.threeWay, .local, endsIn: .timeWait)
    ) {
      $0.leaveOrphan()
      $0.wait(61_000_000)
      $0.socket += 0x1000
      $0.base = .hasSocket
      $0.openActively()
      $0.shut(.established, .finWait1)
      $0.step(.finWait1, .finWait2)
      $0.closed(from: .finWait2, .done, sameSegment: true)
    },
  ]

  private static func orphan(
    _ close: Close, reset: Reset? = nil, why: ResetReason? = nil, endsIn: EndsIn = .closed,
    via: EndsIn? = nil
  ) -> Truth {
    var truth = Truth.active(close, .local, reset: reset, why: why, endsIn: endsIn)
    truth.via = via
    return truth
  }

  static let all = opens + failures + orderly + abnormal + minis
}

extension Script {
  /// An active open, closed before the peer closes.
  mutating func leaveOrphan() {
    openActively()
    shut(.established, .finWait1)
    step(.finWait1, .finWait2, .dead)
    closed(from: .finWait2, .dead, sameSegment: true)
  }
}
