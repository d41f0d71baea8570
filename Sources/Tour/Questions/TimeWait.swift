// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle
internal import Report

extension Question {
  static let timeWait = Question(
    5, "Why does TIME_WAIT exist, and who gets it?",
    answer: """
      Somebody has to be there when the last ACK is lost, to say once more that all was well; and for as long as \
      old segments may wander, their addresses and ports must not mean another connection. That is whoever \
      closes first, client or server: its ACK is the last, and nobody acknowledges that. It is the kernel's, and \
      its process may be long gone. Without it the other side's orderly end becomes an error. It is not \
      invulnerable: by default a RST ends it, and the other side may send one for its very answer.
      """,
    cases: [firstCloser, lastACKLost, withoutTimeWait, swallowed, assassinated])

  private static let firstCloser = Case(
    "first-closer", "Whoever closes first gets it, and it does not matter which side that is",
    """
    Two processes, a client and a server, and two connections between them. The first is closed by the client \
    first, the second by the server. Each time the one that sent the first FIN is left with TIME_WAIT, and the \
    other with nothing. The kernel lists no process for it any more, but the tracer was there when it \
    was closed and knows whose it was.
    """
  ) { link, log in
    let client = try Application("tour-client", on: link.client)
    let server = try Application("tour-server", on: link.server)
    log.keep(client, server)
    log.fact("the client's process", .count(Int(client.pid), ""), from: "posix_spawn()")
    log.fact("the server's process", .count(Int(server.pid), ""), from: "posix_spawn()")
    let address = link.address(.server).v4 ?? 0
    let port = UInt16(truncatingIfNeeded: try server.order("listen \(address)"))
    var found: [(ports: Ports, first: Side, isRight: Bool)] = []
    for first in [Side.client, .server] {
      let own = UInt16(truncatingIfNeeded: try client.order("connect \(address) \(port)"))
      try server.order("accept")
      let ports = Ports(client: own, server: port)
      log.follow(ports)
      let (one, other) = first == .client ? (client, server) : (server, client)
      log.mark(nil, "the \(first.name) closes first")
      try one.order("finish")
      try other.order("drain")
      try link.wait(for: .finWait2, of: first, ports)
      try other.order("close")
      try link.wait(for: .timeWait, of: first, ports)
      try one.order("close")
      // Over loopback, both ends are in one table, and not the same end of it.
      try link.waitUntilGone(first.other, ports)
      let row = try link.row(first, ports)
      found.append((ports, first, row?.state == .timeWait && row?.isMini == true))
    }
    let all = found
    let pids = (client: client.pid, server: server.pid)
    return { evidence in
      all.flatMap { one -> [Check] in
        let name = "\(one.first.name)"
        let pid = one.first == .client ? pids.client : pids.server
        let left = evidence.waiting.first {
          $0.tuple.localPort == one.ports.own(one.first)
            && $0.tuple.remotePort == one.ports.own(one.first.other)
        }
        return [
          Check(
            "the \(name) closes first: its kernel lists the TIME_WAIT, and the other's nothing",
            one.isRight),
          .told(
            evidence, one.first, one.ports, close: .fourWay, firstFIN: .local, endsIn: .timeWait),
          Check(
            "synfin names its process, \(pid), as the one that left it",
            Application.areKnown ? left.map { $0.leftBy.pid == UInt32(pid) } : nil,
            else: Application.areKnown
              ? "it does not know this kernel's jiffies"
              : "in this PID namespace processes have other numbers",
            found: left.map { "\($0.leftBy.comm.text)/\($0.leftBy.pid)" }),
          Check(
            "and as the one that closed that end",
            Application.areKnown
              ? evidence.end(one.first, one.ports)?.ending?.closer.process.pid == UInt32(pid) : nil,
            else: "in this PID namespace processes have other numbers"),
        ]
      }
    }
  }

  private static let lastACKLost = Case(
    "last-ack-lost", "The last ACK is lost, and the TIME_WAIT gives it again",
    """
    The client closes first, and its ACK of the server's FIN is lost. The server is in LAST_ACK and knows only \
    that no ACK has come, so it sends its FIN again. The client's process has closed its socket and knows nothing \
    of this: the TIME_WAIT answers for it, and the server's end is in order.
    """,
    place: .wire
  ) { link, log in
    let error = try loseLastACK(link, &log)
    return { evidence in
      let fins = evidence.segments(from: .server, \.isFIN)
      let answer = fins.last.flatMap { evidence.answer(to: $0) }
      return [
        Check("the server sends its FIN again", fins.count > 1),
        Check(
          "it is answered with an ACK", answer?.isBareACK == true,
          found: answer?.packet.flags.text ?? "not at all"),
        Check("the server's application has no error", error == 0),
        .told(evidence, .server, close: .fourWay, firstFIN: .remote),
        .told(evidence, .client, close: .fourWay, firstFIN: .local, endsIn: .timeWait),
      ]
    }
  }

  private static let withoutTimeWait = Case(
    "without-time-wait", "Against it: the same without a TIME_WAIT",
    """
    The client's host may have no TIME_WAIT this time (tcp_max_tw_buckets is 0, as it is in effect wherever that \
    limit is reached). All else is the same: the last ACK is lost, the FIN comes again, and finds nobody. The \
    kernel knows of no such connection and answers with a RST. All the data had arrived, both sides had closed \
    in order, and still the server's application gets an error.
    """,
    place: .wire
  ) { link, log in
    try link.client.set("tcp_max_tw_buckets", "0")
    let before = try link.counters(.client)
    let error = try loseLastACK(link, &log)
    let refused = try link.counters(.client).growth(
      of: "TcpExt.TCPTimeWaitOverflow", since: before)
    if let refused {
      log.fact(
        "TIME_WAITs that were not made", .count(refused, ""),
        from: "TcpExt TCPTimeWaitOverflow of /proc/net/netstat")
    }
    let name = Errno.name(UInt16(truncatingIfNeeded: error)).map { "\($0)" } ?? "\(error)"
    log.fact("what the server's application gets", .text(name), from: "SO_ERROR")
    return { evidence in
      let fins = evidence.segments(from: .server, \.isFIN)
      let answer = fins.last.flatMap { evidence.answer(to: $0) }
      return [
        Check(
          "the client's kernel counts a TIME_WAIT that it has not made", refused.map { $0 == 1 },
          else: "this kernel does not count them"),
        Check(
          "the FIN that comes again is answered with a RST", answer?.isRST == true,
          found: answer?.packet.flags.text ?? "not at all"),
        Check(
          "the server's application gets ECONNRESET", name == "ECONNRESET", found: name),
        .told(
          evidence, .server, close: .resetReceived, firstFIN: .remote, reset: .received),
        Check(
          "synfin does not say that the client's end is in TIME_WAIT",
          evidence.end(.client)?.verdict.endsIn != .timeWait),
      ]
    }
  }

  /// Closes a connection in order, by the client first, and loses the last ACK once.
  ///
  /// - Returns: the error that the server's application gets.
  private static func loseLastACK(_ link: Link, _ log: inout Log) throws -> CInt {
    let pair = try link.connect()
    log.follow(pair.ports)
    try pair.client.send("all of it")
    try pair.client.shutdownWriting()
    try link.wait(for: .finWait2, of: .client, pair.ports)
    try pair.server.receiveAll()
    link.drop(1, from: .client) { $0.isBareACK }
    try pair.server.shutdownWriting()
    try pair.client.receiveAll()
    pair.client.close()
    try link.waitUntilGone(.server, pair.ports)
    let error = try pair.server.takeError()
    pair.server.close()
    return error
  }
}

extension Application {
  /// Whether the tracer gives processes the numbers that this one knows them by.
  static var areKnown: Bool { Capture.Host.look().isInitialPIDNamespace == true }
}
