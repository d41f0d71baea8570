// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Lifecycle

extension Question {
  static let closing = Question(
    3, "Why four waves to close, and when three?",
    answer: """
      The two directions of a connection end on their own: each takes a FIN and its ACK, so there are four \
      segments wherever the second side goes on sending after the first FIN. Where it closes at once, its \
      FIN carries the ACK of the first, and there are three. Where both close at the same time, the FINs cross, \
      and both ends are left in TIME_WAIT. A reset closes both directions at once: no FIN, no TIME_WAIT, and \
      what was on its way is lost.
      """,
    cases: [fourWay, threeWay, crossing, lingerZero, unreadData])

  private static let fourWay = Case(
    "four-way", "Four segments: the second side still has data to send",
    """
    The client has no more to send, and says so with a FIN. The server's kernel acknowledges it at once; its \
    application goes on sending in the other direction, which is still open. Its own FIN comes when it is \
    done, and is acknowledged in turn: FIN, ACK, FIN, ACK.
    """
  ) { link, log in
    let pair = try link.connect()
    log.follow(pair.ports)
    log.mark(.client, "shutdown()")
    try pair.client.shutdownWriting()
    try link.wait(for: .finWait2, of: .client, pair.ports)
    try pair.server.receiveAll()
    try pair.server.send(5)
    log.mark(.server, "close()")
    pair.server.close()
    try pair.client.receiveAll()
    pair.client.close()
    return { evidence in
      let fins = evidence.fins
      return [
        evidence.onTheWire("an ACK of its own answers the client's FIN, before the server's") {
          guard let first = fins.client, let second = fins.server else { return false }
          let answer = evidence.firstAnswer(to: first)
          return answer?.isFIN == false && (answer?.at ?? .max) < second.at
        },
        evidence.onTheWire("the server sends data after it, and the client takes it") {
          evidence.segments(from: .server).contains {
            $0.hasData && $0.at > fins.client?.at ?? .max
          } && evidence.end(.client)?.verdict.bytesReceived == 5
        },
        .told(evidence, .client, close: .fourWay, firstFIN: .local, endsIn: .timeWait),
        .told(evidence, .server, close: .fourWay, firstFIN: .remote),
      ]
    }
  }

  private static let threeWay = Case(
    "three-way", "Three segments: the second side closes as soon as it hears of the first",
    """
    Whoever answers in a conversation does not acknowledge each segment at once: something may be sent in a \
    moment that can carry the ACK. Here the server's application closes while the ACK of the client's FIN still \
    waits, so one segment is that ACK and the server's own FIN: FIN, FIN+ACK, ACK.
    """
  ) { link, log in
    let pair = try link.connect()
    log.follow(pair.ports)
    // Without any data received, an ACK waits for no time at all (icsk_ack.ato).
    try pair.client.send(5)
    try pair.server.receive()
    try pair.server.send(3)
    try pair.client.receive()
    // The first ACKs of a connection are prompt all the same (tcp_enter_quickack_mode).
    try pair.server.setOption(CInt(IPPROTO_TCP), TCP_QUICKACK, 0)
    log.mark(.client, "shutdown()")
    try pair.client.shutdownWriting()
    try pair.server.waitUntilReadable()
    pair.server.close()
    try pair.client.receiveAll()
    pair.client.close()
    return { evidence in
      let fins = evidence.fins
      return [
        evidence.onTheWire("the server's FIN is the first segment that acknowledges the client's") {
          fins.client.flatMap(evidence.firstAnswer)?.isFIN == true
        },
        evidence.onTheWire("three segments close it") {
          evidence.segments?.count { $0.at >= fins.client?.at ?? .max } == 3
        },
        .told(evidence, .client, close: .threeWay, firstFIN: .local, endsIn: .timeWait),
        .told(evidence, .server, close: .threeWay, firstFIN: .remote),
      ]
    }
  }

  private static let crossing = Case(
    "simultaneous", "Both close at once: the FINs cross, and both ends come through CLOSING",
    """
    The wire holds both FINs until both have been sent: neither side has heard of the other's. Each then gets a \
    FIN instead of the ACK that it waits for, acknowledges it, and waits in CLOSING for the ACK of its own. \
    Both were first, so both are left in TIME_WAIT.
    """,
    place: .wire
  ) { link, log in
    let pair = try link.connect()
    log.follow(pair.ports)
    for side in Side.allCases {
      link.hold(from: side, \.isFIN)
      log.mark(side, "close()")
      pair.end(side).close()
      try link.wait(for: "a FIN", from: side, \.isFIN)
    }
    link.release()
    for side in Side.allCases { try link.wait(for: .timeWait, of: side, pair.ports) }
    return { evidence in
      let fins = evidence.fins
      return [
        Check(
          "each side sends its FIN before it gets the other's",
          fins.client.map { $0.at < fins.server?.deliveredAt.first ?? 0 } == true
            && fins.server.map { $0.at < fins.client?.deliveredAt.first ?? 0 } == true),
        Check(
          "both ends enter CLOSING",
          Side.allCases.allSatisfy { evidence.entered(.closing, $0) != nil },
          found: Side.allCases.map { "\($0.name): \(evidence.states($0))" }
            .joined(separator: "; ")),
        // Waited for in /proc/net/tcp of both.
        Check("both kernels list a TIME_WAIT", true),
        .told(evidence, .client, close: .simultaneous, firstFIN: .both, endsIn: .timeWait),
        .told(evidence, .server, close: .simultaneous, firstFIN: .both, endsIn: .timeWait),
      ]
    }
  }
}

extension Evidence {
  /// The first FIN of each side.
  fileprivate var fins: (client: Segment?, server: Segment?) {
    (segments(from: .client, \.isFIN).first, segments(from: .server, \.isFIN).first)
  }

  /// The first segment that acknowledges another.
  fileprivate func firstAnswer(to segment: Segment) -> Segment? {
    segments(from: segment.from.other) { $0.acknowledges(segment) }.first
  }
}
