// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle

/// What a TIME_WAIT does with what comes late.
extension Question {
  static let swallowed = Case(
    "swallowed", "An old segment comes, and the TIME_WAIT swallows it",
    """
    The server closed first and is in TIME_WAIT; the client has another connection to it already. Then a copy of \
    the first connection's data comes out of the network. The TIME_WAIT has its addresses and ports: it says with \
    an ACK what it had last (RFC 9293 §3.10.7.4), begins its time anew, and gives the data to nobody. The client's \
    kernel has forgotten that connection and answers the ACK with a RST, which is ignored here (tcp_rfc1337 is 1).
    """,
    place: .wire
  ) { link, log in
    try link.server.set("tcp_rfc1337", "1")
    let (ports, copy, listener) = try leaveTimeWait(link, &log)
    let other = try link.connect(from: 0, to: listener)
    log.follow(other.ports)
    // So much that it shows where it begins anew.
    try pause(milliseconds: 300)
    let before = try link.timer(.server, ports)
    let deliveredFrom = Monotonic.now()
    try deliver(copy, link, ports)
    let after = try link.timer(.server, ports)
    let deliveredBy = Monotonic.now()
    try other.client.send("hello")
    try other.server.waitUntilReadable()
    let heard = try other.server.receiveText()
    try other.abort()
    if let before, let after {
      log.fact(
        "the TIME_WAIT's time before and after",
        .text("\(seconds(before.left)), \(seconds(after.left)) left"),
        from: "the timer in /proc/net/tcp")
    }
    return { evidence in
      let answer = evidence.forged.first.flatMap { evidence.answer(to: $0) }
      return [
        Check(
          "the TIME_WAIT answers with an ACK, and not with a RST", answer?.isBareACK == true,
          found: answer?.packet.flags.text),
        Check(
          "it ignores the RST that this brings, and goes on with 60 s",
          after?.fits(TimerWheel.timeWait, setIn: deliveredFrom...deliveredBy) == true),
        Check(
          "the other connection's application reads what its own peer has sent, and nothing else",
          heard == "hello", found: "it reads \"\(heard)\""),
      ]
    }
  }

  static let assassinated = Case(
    "assassinated", "What can end it early: its own answer",
    """
    The same with tcp_rfc1337 at 0, as it is by default. The old segment is answered with an ACK, the client's \
    kernel knows no such connection and answers that with a RST, and the RST has exactly the number that the \
    TIME_WAIT expects: it ends at once, long before its 60 s (RFC 1337 calls it TIME-WAIT assassination). \
    One late segment is enough. So nobody should count on those 60 s; numbers and timestamps have to do as well.
    """,
    place: .wire
  ) { link, log in
    try link.server.set("tcp_rfc1337", "0")
    let (ports, copy, _) = try leaveTimeWait(link, &log)
    let isThere = try link.row(.server, ports)?.state == .timeWait
    let deliveredFrom = Monotonic.now()
    try deliver(copy, link, ports)
    try link.waitUntilGone(.server, ports)
    let goneBy = Monotonic.now()
    log.mark(.server, "(gone)")
    log.await { !$0.timeWaits.isEmpty }
    log.fact(
      "from the old segment to the end of the TIME_WAIT, at most",
      .duration(goneBy - deliveredFrom), from: "/proc/net/tcp")
    return { evidence in
      let answer = evidence.forged.first.flatMap { evidence.answer(to: $0) }
      let reset = evidence.segments(from: .client) { $0.isRST }.last
      let end = evidence.timeWaits.first
      return [
        Check(
          "the TIME_WAIT was there, and is gone after one old segment", isThere),
        Check(
          "its ACK was answered with a RST of exactly the number that it named",
          reset.map { $0.packet.sequence == answer?.packet.acknowledgment } == true),
        Check(
          "synfin says that a RST has ended it",
          end.flatMap { $0.cause == .unknown ? nil : $0.cause == .rst },
          else: evidence.tiers.contains(.minis)
            ? "its end was not told" : "this kernel does not tell what reaches a TIME_WAIT"),
      ]
    }
  }

  /// Has the server close first, after some data of the client's.
  ///
  /// - Returns: the connection, and the segment that brought the data.
  private static func leaveTimeWait(
    _ link: Link, _ log: inout Log
  ) throws -> (ports: Ports, copy: Transit, listener: Socket) {
    let listener = try link.listen()
    let pair = try link.connect(from: 0, to: listener)
    log.follow(pair.ports)
    try pair.client.send("an order")
    try waitUntil("the order") { try pair.server.receiveText() == "an order" }
    let copy = try link.wait(for: "the order", from: .client) { $0.hasData }
    try pair.server.shutdownWriting()
    try link.wait(for: .finWait2, of: .server, pair.ports)
    try pair.client.receiveAll()
    pair.client.close()
    try link.wait(for: .timeWait, of: .server, pair.ports)
    pair.server.close()
    try link.waitUntilGone(.client, pair.ports)
    return (pair.ports, copy, listener)
  }

  /// Delivers it once more, and waits for all that this brings.
  private static func deliver(_ copy: Transit, _ link: Link, _ ports: Ports) throws {
    _ = try link.provoke(.server, "an old segment") { link.forge(copy) }
    try link.wait(for: "a RST", from: .client) { $0.isRST && [$0].of(ports).count == 1 }
    // Taken from its sender is not yet given to its receiver.
    try waitUntil("the RST to arrive") {
      link.packets.last { $0.isRST }?.wasDelivered == true
    }
  }
}
