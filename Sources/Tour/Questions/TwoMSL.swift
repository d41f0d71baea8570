// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle

extension Question {
  static let twoMSL = Question(
    4, "Why does TIME_WAIT last 2 MSL?",
    answer: """
      MSL is how long a segment may wander: after two of them, one there and one back, nothing of a \
      connection is left on any wire. RFC 9293 puts it at two minutes; nobody measures it. Linux takes 60 s for \
      the whole (TCP_TIMEWAIT_LEN, a constant of its source), and no setting changes that: tcp_fin_timeout is \
      the time of FIN_WAIT2 without a process. The timer wheel rounds up, so it lasts a little longer, and many \
      end together; and each FIN that comes again begins it anew.
      """,
    cases: [notFinTimeout, startedAnew, turnOfTheWheel])

  private static let notFinTimeout = Case(
    "not-fin-timeout", "Not tcp_fin_timeout, whatever is said of it",
    """
    On this host of our own tcp_fin_timeout is set to 2 s. One connection is closed on both sides and leaves \
    a TIME_WAIT. Another one's client closes, and the server does not: nobody has the client's socket any \
    more, so the kernel keeps it in FIN_WAIT2 for tcp_fin_timeout, and then forgets it; the server's FIN, \
    when it comes, is answered with a RST. The TIME_WAIT meanwhile counts down from 60 s.
    """
  ) { link, log in
    try link.client.set("tcp_fin_timeout", "2")
    let setting = try link.client.setting("tcp_fin_timeout")
    log.fact("tcp_fin_timeout", .text("\(setting) s"), from: "/proc/sys/net/ipv4")
    let waiting = try link.connect()
    log.follow(waiting.ports)
    let began = try link.leaveTimeWait(waiting)
    let first = try link.timer(.client, waiting.ports)

    let orphan = try link.connect()
    log.follow(orphan.ports)
    let closedFrom = Monotonic.now()
    orphan.client.close()
    try link.waitForMini(.client, orphan.ports)
    var seenAt = Monotonic.now()
    try waitUntil("the end of FIN_WAIT2") {
      let now = Monotonic.now()
      if try link.row(.client, orphan.ports) == nil { return true }
      seenAt = now
      return false
    }
    let goneAt = Monotonic.now()
    log.mark(.client, "(gone)")
    let again = try link.timer(.client, waiting.ports)
    orphan.server.close()
    try link.waitUntilGone(.server, orphan.ports)

    log.fact(
      "FIN_WAIT2 without a process lasted", .duration(seenAt - closedFrom),
      from: "close(), and the last look at /proc/net/tcp that found it")
    for (name, look) in [("at first", first), ("later", again)] {
      guard let look else { continue }
      log.fact(
        "TIME_WAIT \(name): \(seconds(look.earliest - began.lowerBound)) after its beginning it has",
        .text("\(seconds(look.left)) left"), from: "the timer in /proc/net/tcp")
    }
    let (shortest, longest) = (seenAt - closedFrom, goneAt - closedFrom)
    return { evidence in
      let forecast = evidence.forecast(waiting.ports)
      return [
        Check(
          "FIN_WAIT2 without a process lasts what tcp_fin_timeout says, rounded up",
          // A busy host may take it for a slow wire: at least it lasts 3.5 retransmission timeouts.
          setting == "2" && longest >= 2_000_000_000 && shortest < 4_000_000_000),
        Check(
          "TIME_WAIT began with 60 s all the same",
          first.map { $0.fits(TimerWheel.timeWait, setIn: began) }, else: "it was not in the table"),
        Check(
          "and counts down from there: at the second look it would end at the same moment",
          again.map { $0.fits(TimerWheel.timeWait, setIn: began) }, else: "it was not in the table"),
        Check(
          "synfin follows the same timer: 60 s, and then the next turn of the timer wheel",
          forecast.flatMap { forecast in first.map { forecast.isNextTurn(after: $0, evidence.tick) }
          },
          else: "it does not know this kernel's jiffies"),
        Check(
          "the FIN that comes too late is answered with a RST",
          evidence.segments.map { _ in
            evidence.segments(from: .client) { $0.isRST && $0.ports == orphan.ports }.count == 1
          }, else: "the segments are not seen"),
      ]
    }
  }

  private static let startedAnew = Case(
    "started-anew", "Each FIN that comes again begins it anew",
    """
    The client is in TIME_WAIT, and its last ACK is lost on the wire, and the next two as well. So the server \
    cannot know that its FIN has come, and sends it again, at longer and longer intervals. Each time the TIME_WAIT answers, and its 60 s begin anew (RFC 9293 §3.10.7.4), for it has to be there \
    for as long as its peer may need it.
    """, place: .wire
  ) { link, log in
    let pair = try link.connect()
    log.follow(pair.ports)
    try pair.client.shutdownWriting()
    try link.wait(for: .finWait2, of: .client, pair.ports)
    try pair.server.receiveAll()
    link.drop(3, from: .client) { $0.isBareACK }
    pair.server.close()
    var looks: [TimerLook] = []
    try waitUntil("the server's end") {
      if let look = try link.timer(.client, pair.ports) { looks.append(look) }
      return try link.row(.server, pair.ports) == nil
    }
    if let look = try link.timer(.client, pair.ports) { looks.append(look) }
    pair.client.close()
    let all = looks
    // What it had just before a FIN came again, and just after, is what a look back at them shows.
    let again = link.packets.of(pair.ports).filter { $0.from == .server && $0.isFIN }
      .flatMap(\.deliveredAt).dropFirst()
    for at in again {
      guard let before = all.last(where: { $0.latest < at }),
        let after = all.first(where: { $0.earliest > at })
      else { continue }
      log.fact(
        "before a FIN that comes again, and after it",
        .text("\(seconds(before.left)), \(seconds(after.left)) left"),
        from: "the timer in /proc/net/tcp")
    }
    return { evidence in
      let arrivals = evidence.segments(from: .server, \.isFIN).flatMap(\.deliveredAt).sorted()
      let answers = evidence.segments(from: .client) { segment in
        segment.isBareACK && arrivals.first.map { segment.at >= $0 } == true
      }
      // Its time began anew after a FIN was about to be given to it, and before its answer was seen.
      let starts = zip(arrivals, answers).map { $0...max($0, $1.at) }
      let client = evidence.end(.client)?.verdict
      return [
        Check(
          "the server sends its FIN again until an ACK of it comes",
          arrivals.count >= 4, found: "\(arrivals.count) came"),
        Check("the TIME_WAIT answers each of them", answers.count == arrivals.count),
        Check(
          "each time its 60 s begin anew, by all looks at its timer",
          all.isEmpty ? nil : all.allSatisfy { $0.agrees(starts) },
          else: "it was not in the table"),
        Check(
          "synfin follows that",
          evidence.tiers.contains(.minis)
            ? evidence.forecast(pair.ports).flatMap { forecast in
              all.last.map { forecast.isNextTurn(after: $0, evidence.tick) }
            } : nil,
          else: "this kernel does not tell what reaches a TIME_WAIT"),
        Check(
          "the server's end is in order, and the client's is in TIME_WAIT",
          evidence.end(.server)?.verdict.reset == nil && client?.endsIn == .timeWait),
      ]
    }
  }
}

extension Link {
  /// Has the client close first and then the server, so that the client is left in TIME_WAIT.
  ///
  /// - Returns: between which moments it began.
  func leaveTimeWait(_ pair: Pair) throws -> ClosedRange<UInt64> {
    try pair.client.shutdownWriting()
    try wait(for: .finWait2, of: .client, pair.ports)
    try pair.server.receiveAll()
    let earliest = Monotonic.now()
    pair.server.close()
    try wait(for: .timeWait, of: .client, pair.ports)
    let latest = Monotonic.now()
    pair.client.close()
    try waitUntilGone(.server, pair.ports)
    return earliest...latest
  }
}

extension TimerLook {
  /// Whether it shows 60 s since the last start before it.
  fileprivate func agrees(_ starts: [ClosedRange<UInt64>]) -> Bool {
    // One that may have been during the look may count or not.
    let last = starts.last { $0.upperBound <= earliest }
    let during = starts.filter { $0.upperBound > earliest && $0.lowerBound <= latest }
    return ([last].compactMap(\.self) + during).contains {
      fits(TimerWheel.timeWait, setIn: $0)
    }
  }
}

extension TimeWaitForecast {
  /// Whether it names the first turn of the wheel after the timer that the kernel shows.
  func isNextTurn(after look: TimerLook, _ tick: UInt64) -> Bool {
    firesAt + 2 * tick >= look.expires.lowerBound
      && firesAt <= look.expires.upperBound + TimerWheel.turn(tick: tick) + 2 * tick
  }
}

extension Evidence {
  /// When what the client is left with will go.
  func forecast(_ ports: Ports) -> TimeWaitForecast? {
    waiting.first { $0.tuple.localPort == ports.client && $0.tuple.remotePort == ports.server }
  }
}

/// `59.97 s`
func seconds(_ nanoseconds: UInt64) -> String {
  let hundredths = nanoseconds / 10_000_000
  let rest = hundredths % 100
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
}
