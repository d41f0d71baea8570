// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

extension Question {
  static let sequenceNumbers = Question(
    2, "Why is the initial sequence number different every time?",
    answer: """
      So that what is left on its way of an old connection does not fit the next one of the same addresses \
      and ports, and so that nobody who does not see the packets can send what fits. It is a clock plus a \
      secret: the clock tells two connections of the same ports apart, the secret tells no other ports \
      anything. A segment that does not fit is answered with an ACK, and reaches nobody; one that fits is \
      taken, whoever sent it.
      """,
    cases: [sameFourTuple, afterTimeWait, lateSegment, forgedSegment])

  private static let sameFourTuple = Case(
    "same-four-tuple", "The same addresses and ports, three times in a row",
    """
    A client connects from the same port again and again; each connection ends by a RST, which leaves its \
    ports free at once. Both sides draw a new number each time: a hash of addresses and ports with a secret \
    of this boot, plus a clock that steps each 64 ns (RFC 6528). So between two connections of the same \
    ports the secret cancels out: the numbers are as far apart as the clock went meanwhile. Another port has \
    another hash, and numbers that tell nothing.
    """,
    numbers: .absolute
  ) { link, log in
    let listener = try link.listen()
    var drawn: [SequenceClock.Moment] = []
    var port: UInt16 = 0
    for round in 0..<4 {
      // The last is from another port.
      let (pair, moment) = try SequenceClock.Moment.of {
        try link.connect(from: round == 3 ? 0 : port, to: listener)
      }
      drawn.append(moment)
      log.follow(pair.ports)
      port = pair.ports.client
      try pair.abort()
      try pause(milliseconds: 40)
    }
    let moments = drawn
    for round in 1..<3 {
      let clock = SequenceClock.Distance(from: moments[round - 1], to: moments[round])
      log.fact(
        "the clock went on, from connection \(round) to \(round + 1)",
        .text("\(clock.least) to \(clock.most) steps of \(SequenceClock.step) ns"),
        from: "the time of day before and after connect()")
    }
    return { evidence in
      let ends = Side.allCases.map { side in evidence.inOrder(side) }
      var checks = [evidence.checkNumbers()]
      for (side, ends) in zip(Side.allCases, ends) {
        let numbers = ends.map(\.connection.ownISN)
        checks.append(
          Check(
            "the \(side.name)'s number is another each time", Set(numbers).count == numbers.count))
        checks += zip(1..<3, numbers.dropFirst()).map { round, number in
          clockCheck(side, round, from: numbers[round - 1], to: number, moments)
        }
        guard ends.count == 4, let first = numbers[2], let other = numbers[3] else { continue }
        let clock = SequenceClock.Distance(from: moments[2], to: moments[3])
        checks.append(
          Check(
            "from another port, the \(side.name)'s is not where that clock would put it",
            !clock.contains(other &- first)))
      }
      return checks
    }
  }

  private static func clockCheck(
    _ side: Side, _ round: Int, from first: UInt32?, to second: UInt32?,
    _ moments: [SequenceClock.Moment]
  ) -> Check {
    let clock = SequenceClock.Distance(from: moments[round - 1], to: moments[round])
    let distance = first.flatMap { first in second.map { $0 &- first } }
    return Check(
      "the \(side.name)'s went on by \(distance.map { "\($0)" } ?? "?"), as far as the clock",
      distance.map(clock.contains), else: "its number was not told",
      found: "the clock went on by \(clock.least) to \(clock.most)")
  }

  private static let afterTimeWait = Case(
    "after-time-wait", "The same again, over a TIME_WAIT: no clock, but the last number",
    """
    The server closes first and is left in TIME_WAIT, which knows the last numbers of both directions. A new \
    SYN from the same port may end it, if its number is beyond the last (RFC 9293 §3.6.1), and the clock has \
    seen to that. The server's own number comes from no clock this time: the kernel takes the last it has \
    sent and adds 65537, one more than any window without scaling, so that nothing old can fit.
    """,
    numbers: .absolute
  ) { link, log in
    let listener = try link.listen()
    let (first, earlier) = try SequenceClock.Moment.of { try link.connect(from: 0, to: listener) }
    log.follow(first.ports)
    try first.server.send("bye")
    try first.server.shutdownWriting()
    try first.client.receiveAll()
    try link.wait(for: .finWait2, of: .server, first.ports)
    first.client.close()
    try link.wait(for: .timeWait, of: .server, first.ports)
    first.server.close()
    try pause(milliseconds: 20)
    let (second, later) = try SequenceClock.Moment.of {
      try link.connect(from: first.ports.client, to: listener)
    }
    log.follow(second.ports)
    log.await { $0.timeWaits.contains { $0.tuple.remotePort == second.ports.client } }
    try second.abort()
    return { evidence in
      let servers = evidence.inOrder(.server).map(\.connection)
      let clients = evidence.inOrder(.client).map(\.connection)
      guard servers.count == 2, clients.count == 2 else {
        return [Check("both connections were told", false)]
      }
      // A SYN and a FIN count as one each (RFC 9293 §3.4).
      let sent: UInt32 = 1 + 3 + 1
      let distance = servers[1].ownISN.flatMap { second in
        servers[0].ownISN.map { second &- ($0 &+ sent) }
      }
      let clock = SequenceClock.Distance(from: earlier, to: later)
      let clientDistance = clients[1].ownISN.flatMap { second in
        clients[0].ownISN.map { second &- $0 }
      }
      let end = evidence.timeWaits.first
      return [
        evidence.checkNumbers(),
        Check(
          "the client, which has no TIME_WAIT, goes by the clock",
          clientDistance.map(clock.contains), else: "its number was not told"),
        Check(
          "the server's number is the last it has sent, plus 65537",
          distance.map { $0 == 65_537 }, else: "its number was not told",
          found: distance.map { "plus \($0)" }),
        Check(
          "the TIME_WAIT ended by that SYN",
          end.flatMap { $0.cause == .unknown ? nil : $0.cause == .syn },
          else: evidence.tiers.contains(.minis)
            ? "its end was not told" : "this kernel does not tell what reaches a TIME_WAIT"),
      ]
    }
  }
}

extension Evidence {
  /// What is told of one side, in the order in which the connections began.
  func inOrder(_ side: Side) -> [ConnectionEnd] {
    ends.filter { $0.side == side }.map(\.end)
      .sorted { $0.connection.establishedAt < $1.connection.establishedAt }
  }

  /// Whether synfin and the wire agree on all initial numbers.
  func checkNumbers() -> Check {
    let claim = "synfin tells the numbers that the wire has seen"
    guard segments != nil else {
      return Check(claim, answer: .unknown("the segments are not seen"))
    }
    let agree = Side.allCases.allSatisfy { side in
      let seen = segments(from: side) { $0.packet.flags.contains(.syn) && !$0.isForged }
      return Set(seen.map(\.packet.sequence)) == Set(inOrder(side).compactMap(\.connection.ownISN))
    }
    return Check(claim, agree)
  }
}

extension Connection {
  /// What this end began with; `nil` where that was not told.
  var ownISN: UInt32? { traits.contains(.hasISN) ? isnLocal : nil }
}
