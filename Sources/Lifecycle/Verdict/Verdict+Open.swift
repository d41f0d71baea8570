// SPDX-License-Identifier: Apache-2.0

extension Verdict {
  /// Why an open failed: X>CLOSE from SYN_SENT or SYN_RECV.
  static func openFailure(_ connection: Connection, _ ending: Ending, doubt: Doubt) -> Verdict {
    var verdict = Verdict()
    verdict.endsIn = .closed
    verdict.retrans = ending.closed.totalRetrans
    verdict.bytesSent = 0
    verdict.bytesReceived = 0
    switch ending.error {
    case Errno.connectionAborted:
      verdict.openResult = .adminAbort
    case Errno.timedOut:
      verdict.openResult = .timeout
    case 0:
      // A connect that fails after the transition, in the port search or in routing, has no port yet,
      // and no SYN that waits to be acknowledged.
      let neverSent =
        ending.closedFrom == .synSent
        && (connection.tuple.localPort == 0 || ending.closed.unacked == 0)
      verdict.openResult = neverSent ? .noPorts : .aborted
    default:
      verdict.openResult = refusedOrUnreachable(ending, doubt: doubt)
      if verdict.openResult == .refused { verdict.reset = .received }
    }
    if ending.resetDecided { verdict.reset = .sent }
    return verdict
  }

  /// A RST and an ICMP error leave the same errno. A RST goes through `tcp_reset()`, which is
  /// traced; and where no segment at all was received, none was a RST.
  private static func refusedOrUnreachable(_ ending: Ending, doubt: Doubt) -> OpenResult {
    if ending.resetReceived { return .refused }
    if ending.error != Errno.connectionRefused, ending.error != Errno.connectionReset {
      return .unreachable
    }
    if ending.closed.segsIn == 0 { return .unreachable }
    return doubt.contains(.resets) ? .unknown : .unreachable
  }
}
