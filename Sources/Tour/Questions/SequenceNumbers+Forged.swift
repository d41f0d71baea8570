// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// Why it matters that nobody knows the numbers.
extension Question {
  static let lateSegment = Case(
    "late-segment", "A segment of the first connection comes in the second",
    """
    The wire keeps a copy of a segment, and delivers it when another connection has the same addresses and \
    ports. Its timestamp is older than what the server has seen, so it is dropped for that (PAWS, RFC 7323 \
    §5). Once more without a timestamp, its number tells: it is far outside of the window, because the second \
    connection began elsewhere. Either is answered with an ACK of what is expected; the application hears of \
    neither.
    """,
    place: .wire, numbers: .absolute
  ) { link, log in
    try link.answerAll(.server)
    let listener = try link.listen()
    let first = try link.connect(from: 0, to: listener)
    log.follow(first.ports)
    try first.client.send("an order")
    try waitUntil("the order") { try first.server.receiveText() == "an order" }
    try first.abort()
    let copy = try link.wait(for: "the order", from: .client) { $0.hasData }
    // Timestamps are milliseconds, and those of the second are to be later.
    try pause(milliseconds: 10)
    let second = try link.connect(from: first.ports.client, to: listener)
    log.follow(second.ports)
    let late = try link.provoke(.server, "the copy") { link.forge(copy) }
    guard let old = copy.packet else { throw NeverCame(description: "the order as a segment") }
    let bare = try link.provoke(.server, "the same without a timestamp") {
      link.forge(
        [.ack], from: .client, second.ports, sequence: old.sequence,
        acknowledgment: old.acknowledgment, payload: Array("an order".utf8))
    }
    try second.client.send("hello")
    try second.server.waitUntilReadable()
    let heard = try second.server.receiveText()
    log.fact(
      "what the second connection's application reads", .text("\"\(heard)\""), from: "recv()")
    let byTimestamp = late.after.growth(of: "TcpExt.PAWSEstab", since: late.before)
    if let byTimestamp {
      log.fact(
        "dropped by their timestamps", .count(byTimestamp, "segment"),
        from: "TcpExt PAWSEstab of /proc/net/netstat")
    }
    let byNumber = bare.after.growth(of: "TcpExt.PAWSEstab", since: bare.before) ?? 0
    try second.abort()
    return { evidence in
      let answers = evidence.forged.map { evidence.answer(to: $0) }
      let expected = evidence.inOrder(.client).last?.connection.ownISN.map { $0 &+ 1 }
      return [
        Check(
          "the late segment is dropped for its timestamp", byTimestamp.map { $0 == 1 },
          else: "this kernel has no such counter"),
        Check(
          "without a timestamp it is dropped for its number", byNumber == 0 && heard == "hello"),
        Check(
          "both are answered with an ACK of what the second connection expects",
          answers.count == 2
            && answers.allSatisfy { $0?.isBareACK == true && $0?.packet.acknowledgment == expected }
        ),
        Check(
          "the application reads what its own peer has sent, and nothing else", heard == "hello",
          found: "it reads \"\(heard)\""),
      ]
    }
  }

  static let forgedSegment = Case(
    "forged-segment", "Against it: a segment that fits, from somebody else",
    """
    Whoever guesses both numbers is the peer. Data at the expected number with too old an acknowledgment gets \
    a challenge ACK (RFC 5961 §5); with the right one it is taken for the client's, and what the client sends \
    there next for a repetition. A RST somewhere within the window gets a challenge as well; only one at exactly \
    the expected number ends the connection (§3).
    """,
    place: .wire, numbers: .relative
  ) { link, log in
    try link.answerAll(.server)
    let pair = try link.connect(from: 0, to: try link.listen())
    log.follow(pair.ports)
    let syn = try link.wait(for: "the SYN", from: .client) { $0.isSYN }
    let answer = try link.wait(for: "the SYN+ACK", from: .server) { $0.isSYNACK }
    guard let next = syn.packet?.end, let unacknowledged = answer.packet?.end else {
      throw NeverCame(description: "the numbers of the handshake")
    }
    let forge: (Packet.Flags, UInt32, UInt32, String) -> Void = {
      link.forge(
        $0, from: .client, pair.ports, sequence: $1, acknowledgment: $2, payload: Array($3.utf8))
    }
    // More than any window that the server has been given.
    let tooOld = try link.provoke(.server, "too old an acknowledgment") {
      forge([.ack], next, unacknowledged &- 10_000_000, "forged")
    }
    let afterTooOld = try pair.server.receiveText()
    _ = try link.provoke(.server, "data that fits") {
      forge([.ack], next, unacknowledged, "forged")
    }
    try pair.server.waitUntilReadable()
    var heard = try pair.server.receiveText()
    try pair.client.send("client")
    try link.waitForACK(of: link.wait(for: "the client's data", from: .client) { $0.hasData })
    try pair.client.send(" and more")
    try waitUntil("the rest") {
      heard += try pair.server.receiveText()
      return heard.utf8.count >= "forged and more".utf8.count
    }
    let end = next &+ UInt32(heard.utf8.count)
    let within = try link.provoke(.server, "a RST within the window") {
      forge([.rst], end &+ 100, 0, "")
    }
    let isAlive = try link.row(.server, pair.ports)?.state == .established
    forge([.rst], end, 0, "")
    try pair.server.waitUntilReset()
    let error = try pair.server.takeError()
    pair.server.close()
    pair.client.close()
    let all = heard
    log.fact("what the client has sent", .text("\"client and more\""), from: "send()")
    log.fact("what the server's application has read", .text("\"\(all)\""), from: "recv()")
    let challenges = [tooOld, within].map {
      $0.after.growth(of: "TcpExt.TCPChallengeACK", since: $0.before)
    }
    return { evidence in
      [
        Check(
          "data with too old an acknowledgment gets a challenge ACK, and is not read",
          challenges[0].map { $0 == 1 && afterTooOld.isEmpty },
          else: "this kernel does not count its challenges"),
        Check(
          "what fits is read, whoever sent it, and what the client sent there is not",
          all == "forged and more", found: "it read \"\(all)\""),
        Check(
          "a RST within the window gets a challenge ACK, and the connection lives",
          challenges[1].map { $0 == 1 && isAlive },
          else: "this kernel does not count its challenges"),
        Check(
          "a RST at the expected number ends it: the application gets ECONNRESET",
          Errno.name(UInt16(error))?.description == "ECONNRESET"),
        Check(
          "synfin tells the server's end as reset_received",
          evidence.end(.server)?.verdict.close == .resetReceived),
      ]
    }
  }
}
