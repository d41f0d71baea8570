// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

extension Question {
  static let handshake = Question(
    1, "Why three handshakes, not two?",
    answer: """
      A SYN tells the server nothing about the client but that a segment has come: it may be old, or forged. \
      Only the third leg proves that whoever sent the SYN is there, and has heard the server's number. Until \
      then the server has no connection and no process has heard of any, but a small request that it gives up \
      after a while; after it, both sides know both initial numbers, and each knows that the other does. With two \
      legs the server would open a connection for every SYN that ever wandered in.
      """,
    cases: [threeLegs, lateSYN, halfOpen, inStep])

  private static let threeLegs = Case(
    "three-legs", "The three legs, and which end is open when",
    """
    The client is open once its SYN is answered: the SYN-ACK proves that the server is there and has its \
    number. The server is not open yet: it has no proof that its own number has arrived. It gets that with the \
    third segment, half a round trip later, and only then is there a socket that accept() can return.
    """
  ) { link, log in
    let listener = try link.listen()
    // Long enough to look in between.
    link.delay(15)
    let client = try link.socket(.client)
    try client.beginConnecting(link.address(.server), port: listener.localPort)
    let ports = Ports(client: client.localPort, server: listener.localPort)
    log.follow(ports, ends: 0)
    var meanwhile: KernelTables.State?
    if link.kind == .wire {
      try link.wait(for: "the SYN-ACK", from: .server, \.isSYNACK)
      meanwhile = try link.row(.server, ports)?.state
    }
    let isEarly = listener.isReadable
    let accepted = try listener.accept()
    log.keep(listener, client, accepted)
    return { evidence in
      let legs = evidence.legs
      let opened = (
        client: evidence.entered(.established, .client),
        server: evidence.entered(.established, .server)
      )
      return [
        evidence.onTheWire("three segments open it, and none of them has data") {
          evidence.segments?.count == 3 && legs != nil
            && evidence.segments?.contains(where: \.hasData) == false
        },
        Check(
          "the client is ESTABLISHED before the server",
          opened.client.map { $0 < opened.server ?? 0 } == true),
        evidence.onTheWire("the server is ESTABLISHED only once the third leg has arrived") {
          opened.server.map { $0 >= legs?.ack.deliveredAt.first ?? .max } == true
        },
        Check(
          "between its SYN-ACK and the third leg, the server has a request (SYN_RECV) and nothing to accept",
          link.kind == .wire ? meanwhile == .synRecv && !isEarly : nil,
          else: "on loopback there is no time to look",
          found: "\(meanwhile.map { "\($0)" } ?? "nothing")"),
        evidence.onTheWire("each side acknowledges the other's initial number plus one") {
          legs?.synACK.acknowledgment == 1 && legs?.ack.acknowledgment == 1
        },
      ]
    }
  } facts: { evidence in
    evidence.timesOfOpening
  }

  private static let lateSYN = Case(
    "late-syn", "An old SYN arrives, when everybody has forgotten its connection",
    """
    A connection was opened, has ended, and is forgotten. Then a copy of its SYN comes out of the network. The server \
    cannot know that it is old, and answers it. The client's kernel can: no socket waits for that SYN-ACK, and it \
    sends a RST. The server drops its request. There was no connection on either end, and accept() has returned \
    nothing. After two legs the server would now have an open connection with nobody.
    """,
    place: .wire
  ) { link, log in
    let listener = try link.listen()
    let client = try link.socket(.client)
    try client.connect(link.address(.server), port: listener.localPort)
    let ports = Ports(client: client.localPort, server: listener.localPort)
    log.follow(ports)
    let accepted = try listener.accept()
    // Forgotten at once, instead of after a minute of TIME_WAIT.
    try client.setLingerZero()
    client.close()
    try accepted.waitUntilReset()
    accepted.close()
    try link.waitUntilGone(.server, ports)
    let syn = try link.wait(for: "a SYN", from: .client, \.isSYN)

    let before = link.packets.count
    log.mark(nil, "a copy of that SYN comes out of the network")
    link.hold(from: .client, \.isRST)
    link.forge(syn)
    try link.wait(for: "the answer to the copy", 2, from: .server, \.isSYNACK)
    try link.wait(for: "the RST", 2, from: .client, \.isRST)
    let request = try link.row(.server, ports)?.state
    let clients = try link.row(.client, ports)
    link.release()
    try link.waitUntilGone(.server, ports)
    let isAccepted = listener.isReadable
    log.keep(listener)
    return { evidence in
      let late = Array((evidence.segments ?? []).dropFirst(before))
      let beganAt = late.first?.at ?? 0
      let (answer, reset) = (late.first(where: \.isSYNACK), late.first(where: \.isRST))
      return [
        Check("the server answers the old SYN with a SYN-ACK", answer?.from == .server),
        Check(
          "it has a request for it (SYN_RECV), and the client's kernel has no socket",
          request == .synRecv && clients == nil),
        Check("the client's kernel answers with a RST", reset?.from == .client),
        Check(
          "that carries the very number the SYN-ACK asked for, so the server can believe it",
          reset.map { $0.packet.sequence == answer?.packet.acknowledgment } == true),
        // Waited for above.
        Check(
          "with it the server's request is gone, and accept() has nothing to return", !isAccepted),
        Check(
          "no socket of either end has changed its state: there was no connection to trace",
          !evidence.steps.contains { $0.at >= beganAt },
          found: evidence.steps.filter { $0.at >= beganAt }.map(\.entered).joined(separator: " ")),
      ]
    }
  }

  private static let inStep = Case(
    "in-step", "Afterwards both sides are in step",
    """
    What the handshake was for: each side knows from which number on the other counts. Some bytes go both ways, \
    and then both kernels are asked what they will send next and what they wait for. What one sends next is what \
    the other waits for, in both directions, and both are the initial number, plus one for the SYN, plus the \
    bytes.
    """
  ) { link, log in
    let pair = try link.connect()
    log.follow(pair.ports, ends: 0)
    log.keep(pair.listener, pair.client, pair.server)
    try pair.client.send(300)
    try pair.server.receive()
    try pair.server.send(20)
    try pair.client.receive()
    var known: (client: SequenceNumbers, server: SequenceNumbers)?
    var why = ""
    do {
      known = (try pair.client.sequenceNumbers(), try pair.server.sequenceNumbers())
    } catch {
      why = "the kernel does not tell what it waits for (TCP_REPAIR): \(error)"
    }
    for side in Side.allCases {
      guard let numbers = side == .client ? known?.client : known?.server else { continue }
      log.fact(
        "the \(side.name) sends next, waits for",
        .text("\(numbers.nextToSend), \(numbers.nextToReceive)"), from: "TCP_REPAIR")
    }
    return { [known, why] evidence in
      let client = evidence.opened(.client)
      let server = evidence.opened(.server)
      return [
        Check(
          "what the client sends next is what the server waits for",
          known.map { $0.client.nextToSend == $0.server.nextToReceive }, else: why),
        Check(
          "what the server sends next is what the client waits for",
          known.map { $0.server.nextToSend == $0.client.nextToReceive }, else: why),
        Check(
          "both follow from the initial numbers: one for the SYN, and the bytes",
          known.map { known in
            known.client.nextToSend == (client?.isnLocal ?? 0) &+ 301
              && known.server.nextToSend == (server?.isnLocal ?? 0) &+ 21
          }, else: why),
        Check(
          "synfin tells the same two initial numbers at both ends, and they are those of the wire",
          client.map {
            $0.isnLocal == server?.isnRemote && $0.isnRemote == server?.isnLocal
              && evidence.carries($0.isnLocal, $0.isnRemote)
          } == true),
      ]
    }
  }
}

extension Evidence {
  /// The three segments of the handshake, where they are those.
  fileprivate var legs: (syn: Segment, synACK: Segment, ack: Segment)? {
    guard let syn = segments(from: .client, \.isSYN).first,
      let synACK = segments(from: .server, \.isSYNACK).first,
      let ack = segments(from: .client, { $0.acknowledges(synACK) }).first
    else { return nil }
    return (syn, synACK, ack)
  }

  /// An end as it was when it became ESTABLISHED.
  fileprivate func opened(_ side: Side) -> Connection? {
    steps.first { $0.side == side && $0.edge.to == .established }?.connection
  }

  /// Whether these are the initial numbers that the wire has seen, where it is seen.
  fileprivate func carries(_ client: UInt32, _ server: UInt32) -> Bool {
    guard segments != nil else { return true }
    return legs?.syn.packet.sequence == client && legs?.synACK.packet.sequence == server
  }

  fileprivate var timesOfOpening: [Fact] {
    var facts: [Fact] = []
    let opened = (client: opened(.client), server: opened(.server))
    if let client = opened.client, let server = opened.server {
      let hook = "the state tracepoint"
      if let taken = client.connectTime {
        facts.append(
          Fact(name: "the client is open, after its SYN", value: .duration(taken), source: hook))
      }
      if client.openedAt != 0, server.establishedAt > client.openedAt {
        facts.append(
          Fact(
            name: "the server is open, after that SYN",
            value: .duration(server.establishedAt - client.openedAt), source: hook))
      }
      facts.append(
        Fact(
          name: "initial numbers: the client's, the server's",
          value: .text("\(client.isnLocal), \(client.isnRemote)"), source: hook))
    }
    return facts
  }
}
