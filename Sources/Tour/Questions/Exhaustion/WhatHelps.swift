// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle

extension Question {
  static let reuseByTimestamps = Case(
    "reuse", "What helps: reuse by timestamps",
    """
    With timestamps an old segment is known by its age, and the TIME_WAIT is not needed against it (RFC 6191). \
    So connect() may take over one that is a second old: with tcp_tw_reuse=1 any, with 2, the usual setting, \
    only those of loopback addresses, with 0 none. Both ends must have used timestamps. \
    synfin tells that a TIME_WAIT ended so: reuse_connect.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    // An address on the loopback device that is no loopback address.
    let elsewhere = Side.server.address
    try ports.host.run { try Interface("lo:1").assign(elsewhere) }
    let stamped = try ports.serve(elsewhere)
    let local = try ports.serve()
    let unstamped = try ports.serve(elsewhere, port: 8081)
    log.keep(stamped.listener, local.listener, unstamped.listener)

    let crowd = try ports.exhaust(stamped)
    try ports.host.set("tcp_tw_reuse", "1")
    let early = try ports.attempt(stamped)
    let age = Monotonic.now() - (crowd.endedAt.first ?? 0)
    try ports.host.set("tcp_tw_reuse", "0")
    _ = try ports.exhaust(local)
    try ports.host.set("tcp_timestamps", "0")
    let last = try ports.exhaust(unstamped)
    try ports.host.set("tcp_timestamps", "1")
    let filled = crowd.ports.count

    // Until the youngest is old enough: older kernels count whole seconds.
    let youngest = last.endedAt.last ?? Monotonic.now()
    try waitUntil("a TIME_WAIT that is a second old") { Monotonic.now() - youngest > reuseAge }
    let none = try ports.attempt(stamped)
    try ports.host.set("tcp_tw_reuse", "2")
    let (loopback, others) = (try ports.attempt(local), try ports.attempt(stamped))
    try ports.host.set("tcp_tw_reuse", "1")
    let without = try ports.attempt(unstamped)
    let again = try ports.visit(stamped, atMost: FewPorts.count)
    log.follow(ports)
    log.show(only: [])
    log.await { told in
      told.timeWaits.count { $0.cause != .timer } >= again.ports.count
    }

    let delay = try? ports.host.setting("tcp_tw_reuse_delay")
    log.fact(
      "how old one must be",
      delay.flatMap { UInt64($0) }.map { .duration($0 * 1_000_000) }
        ?? .unknown("this kernel has no setting for it: a second"),
      from: "tcp_tw_reuse_delay (6.14)")
    for (what, outcome) in [
      ("tcp_tw_reuse=1, at once", early), ("tcp_tw_reuse=0, a second later", none),
      ("tcp_tw_reuse=2, not loopback", others), ("tcp_tw_reuse=2, loopback", loopback),
      ("tcp_tw_reuse=1, without timestamps", without),
    ] {
      log.fact(what, .text(outcome.brief), from: "connect()")
    }
    log.fact(
      "tcp_tw_reuse=1, with timestamps", .count(again.ports.count, "connections"),
      from: "connect(), with \(filled) TIME_WAITs on \(FewPorts.count) ports")
    return { evidence in
      let reused = evidence.timeWaits.count {
        $0.cause == .reuseConnect && $0.tuple.remote == stamped.address
      }
      let isKnown = evidence.tiers.contains(.minis) && evidence.lost == 0
      return [
        Check(
          "before it is a second old none is taken over",
          delay != nil && age < 900_000_000 ? early.failedToConnect : nil,
          else: delay == nil
            ? "this kernel counts whole seconds, and the next may begin at any moment"
            : "this host took too long to try", found: early.brief),
        Check("with 0 none is, however old", none.failedToConnect, found: none.brief),
        Check("with 2, not one of another address", others.failedToConnect, found: others.brief),
        Check("with 2, one of loopback is", loopback.isConnected, found: loopback.brief),
        Check(
          "with 1, every port carries one more connection",
          again.ports.count == FewPorts.count && again.failure == nil,
          found: "\(again.ports.count), then \(again.failure?.brief ?? "no failure")"),
        Check(
          "with 1, but without timestamps, none is", without.failedToConnect,
          found: without.brief),
        Check(
          "synfin tells of each that was taken over: reuse_connect",
          isKnown ? reused == again.ports.count : nil,
          else:
            "segments that reach a TIME_WAIT are not told here (6.11), so it may have been another",
          found: "\(reused) of \(again.ports.count)"),
      ]
    }
  }

  /// `tcp_tw_reuse_delay`, and whole seconds before there was one; and a little.
  private static var reuseAge: UInt64 { 1_100_000_000 }

  static let longConnection = Case(
    "long-connection", "What helps: to keep a connection",
    """
    The cheapest TIME_WAIT is the one that is not made. A thousand requests over one connection take one local \
    port, and leave one TIME_WAIT when it is closed: pools, keep-alive, multiplexing.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    let service = try ports.serve()
    let client = try ports.client()
    try client.connect(service.address, port: service.port)
    let server = try service.listener.accept()
    log.keep(service.listener)
    let requests = 1_000
    for _ in 0..<requests {
      if StopSignal.isPending { throw Interrupted() }
      try client.send(1)
      try server.receive(1)
      try server.send(1)
      try client.receive(1)
    }
    let during = try ports.census()?.remote(service)
    let pair = Ports(client: client.localPort, server: service.port)
    log.follow(pair)
    log.show(only: [])
    client.close()
    try server.receiveAll()
    server.close()
    try link.wait(for: .timeWait, of: .client, pair)
    let after = try ports.timeWaitPorts()
    if let during {
      log.meter(
        "local ports taken towards \(service.name)", "after \(requests) requests", during.used,
        of: during.range, from: "synfin timewait: used_ratio, by sock_diag")
    }
    log.fact("requests", .count(requests, ""), from: "made here")
    log.fact("TIME_WAITs that are left", .count(after.count, ""), from: "/proc/net/tcp")
    return { evidence in
      let end = evidence.end(.client, pair)?.verdict
      return [
        Check(
          "they take one port of the range", during.map { $0.used == 1 },
          else: "the kernel has no sock_diag for TCP", found: during.map { "\($0.used)" }),
        Check("one TIME_WAIT is left (/proc/net/tcp)", after.count == 1, found: "\(after.count)"),
        Check(
          "synfin counts as many bytes each way as there were requests",
          evidence.told(
            end.flatMap { end in
              end.bytesSent.flatMap { sent in
                end.bytesReceived.map { sent == requests && $0 == requests }
              }
            }), else: "records were lost",
          found: end.map { "\($0.bytesSent ?? 0) and \($0.bytesReceived ?? 0)" }),
      ]
    }
  }

  static let serverFirst = Case(
    "server-first", "What helps the client: the server closes first",
    """
    TIME_WAIT is the first closer's. If that is the server, they all stand at its one port, which they do not \
    use up: it goes on accepting, and a SYN from an address and port that it has in TIME_WAIT takes the old \
    one's place if its number or timestamp is newer. The client's ports are free at once. What it costs: \
    the memory is the server's now, for all of its clients.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    let service = try ports.serve()
    log.keep(service.listener)
    let count = 3 * FewPorts.count
    var visits: [Ports] = []
    for _ in 0..<count { visits.append(try ports.visit(service, closing: .server)) }
    let census = try ports.census()
    let used = census?.remote(service)?.used ?? 0
    let rows = try ports.timeWaitPorts()
    let distinct = Set(visits.map(\.client)).count
    log.follow(ports)
    log.show(only: [])
    log.await { told in told.timeWaits.count >= count - distinct }
    log.meter(
      "local ports taken towards \(service.name)", "after \(count) connections", used,
      of: FewPorts.count, from: "synfin timewait: used_ratio, by sock_diag")
    log.fact("connections, one after the other", .count(count, ""), from: "connect()")
    log.fact("local ports that they came from", .count(distinct, ""), from: "getsockname()")
    log.fact(
      "TIME_WAITs at the server's port", .count(rows.count { $0 == service.port }, ""),
      from: "/proc/net/tcp")
    return { evidence in
      let replaced = evidence.timeWaits.count { $0.cause == .syn }
      let isKnown = evidence.tiers.contains(.minis) && evidence.lost == 0
      return [
        Check(
          "three times as many connections as there are ports, and none failed",
          visits.count == count),
        Check(
          "no TIME_WAIT holds a port of the client's (/proc/net/tcp)",
          !rows.contains { FewPorts.range.contains($0) }),
        Check(
          "they are all at the server's port, one for each port that the client came from",
          rows.count { $0 == service.port } == distinct, found: "\(rows.count) for \(distinct)"),
        Check(
          "the others gave way to a newer SYN, which synfin tells: syn",
          isKnown ? replaced == count - distinct : nil,
          else: "segments that reach a TIME_WAIT are not told here (6.11)",
          found: "\(replaced) of \(count - distinct)"),
        Check(
          "synfin: the server's end closed first, each time",
          evidence.told(
            evidence.ends.count { $0.side == .server && $0.end.verdict.firstFIN == .local } == count
          ),
          else: "records were lost"),
      ]
    }
  }
}
