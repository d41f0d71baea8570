// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle

extension Question {
  static let finTimeout = Case(
    "fin-timeout", "What does not help: tcp_fin_timeout",
    """
    It is often named, and has nothing to do with TIME_WAIT: it is how long an orphan, whose process has gone, \
    waits in FIN_WAIT2 for the peer's FIN. TIME_WAIT has its minute compiled in.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    try ports.host.set("tcp_fin_timeout", "1")
    let (service, silent) = (try ports.serve(), try ports.serve(port: 8081))
    let crowd = try ports.exhaust(service)
    // One whose peer does not close.
    let client = try ports.client()
    try client.connect(silent.address, port: silent.port)
    let server = try silent.listener.accept()
    log.keep(service.listener, silent.listener, server)
    let orphan = Ports(client: client.localPort, server: silent.port)
    client.close()
    try link.waitForMini(.client, orphan)
    let began = Monotonic.now()
    try link.waitUntilGone(.client, orphan)
    let lived = Monotonic.now() - began
    let rows = try ports.timeWaitPorts()
    let next = try ports.attempt(service)
    log.follow(ports)
    log.show(only: [])
    log.fact("tcp_fin_timeout", .duration(1_000_000_000), from: "set here")
    log.fact("how long the orphan was in FIN_WAIT2", .duration(lived), from: "/proc/net/tcp")
    log.fact("TIME_WAITs after that", .count(rows.count, ""), from: "/proc/net/tcp")
    log.fact("one more connection", .text(next.brief), from: "connect()")
    return { _ in
      [
        Check(
          "the orphan in FIN_WAIT2 is gone long before a minute is over (/proc/net/tcp)",
          lived < TimerWheel.timeWait / 2, found: "\(lived / 1_000_000) ms"),
        Check(
          "all TIME_WAITs are still there (/proc/net/tcp)", rows.count == crowd.ports.count,
          found: "\(rows.count) of \(crowd.ports.count)"),
        Check("and there still is no port", next.failedToConnect, found: next.brief),
      ]
    }
  }

  static let bucketLimit = Case(
    "bucket-limit", "At the limit: tcp_max_tw_buckets",
    """
    A namespace may have so many TIME_WAITs, and beyond that the kernel makes none: the connection is closed \
    at once, and a counter says so. Ports are free then; but nothing answers a late FIN, or catches an old \
    segment (question 5). It is a guard against attacks, not a cure.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    let limit = FewPorts.count / 2
    try ports.host.set("tcp_max_tw_buckets", "\(limit)")
    let service = try ports.serve()
    log.keep(service.listener)
    let before = try overflows(ports)
    let count = 2 * FewPorts.count
    let crowd = try ports.visit(service, atMost: count)
    let (after, minis) = (try overflows(ports), try ports.minis())
    log.follow(ports)
    log.show(only: [])
    log.meter(
      "mini sockets of the namespace", "after \(crowd.ports.count) connections", minis ?? 0,
      of: limit, from: "/proc/net/sockstat: tw, and tcp_max_tw_buckets")
    if let before, let after {
      log.fact(
        "TIME_WAITs that were not made", .count(after - before, ""),
        from: "/proc/net/netstat: TCPTimeWaitOverflow")
    }
    return { evidence in
      let client = evidence.ends.filter { $0.side == .client }
      let said = client.count { $0.end.verdict.endsIn == .timeWait }
      return [
        Check(
          "there are as many as the limit, and no more (/proc/net/sockstat)",
          minis.map { $0 == limit }, else: "the kernel does not say", found: "\(minis ?? 0)"),
        Check(
          "each of the others is counted (TCPTimeWaitOverflow)",
          before.flatMap { before in after.map { $0 - before == crowd.ports.count - limit } },
          else: "this kernel has no such counter",
          found: "\((after ?? 0) - (before ?? 0)) of \(crowd.ports.count - limit)"),
        Check(
          "no connect() failed, though there were twice as many as ports",
          crowd.failure == nil && crowd.ports.count == count, found: crowd.failure?.brief),
        Check(
          "synfin says TIME_WAIT of no more than there are", evidence.told(said <= limit),
          else: "records were lost", found: "\(said) of \(limit)"),
      ]
    }
  }

  private static func overflows(_ ports: FewPorts) throws -> Int? {
    try ports.host.run { try Counters()["TcpExt.TCPTimeWaitOverflow"] }
  }
}
