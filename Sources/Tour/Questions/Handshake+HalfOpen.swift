// SPDX-License-Identifier: Apache-2.0
internal import Capture

extension Question {
  static let halfOpen = Case(
    "half-open", "A handshake that stays half open, and what the server pays for it",
    """
    A SYN comes whose sender cannot be reached: the SYN-ACKs go nowhere. The server keeps a request, much smaller \
    than a socket, and sends its SYN-ACK again, each time after twice the time, until it gives up \
    (tcp_synack_retries: here 1, so that it is soon over). No process has heard of it, and neither has any \
    tracepoint: what fills a server up in a SYN flood are such requests.
    """,
    place: .wire
  ) { link, log in
    try link.server.set("tcp_synack_retries", "1")
    let listener = try link.listen()
    log.keep(listener)
    link.drop(from: .server)
    let ports = Ports(client: 40_000, server: listener.localPort)
    log.follow(ports, ends: 0)
    link.forge(.syn, from: .client, ports, sequence: 1_000)
    let first = try link.wait(for: "a SYN-ACK", from: .server, \.isSYNACK)
    let request = try link.row(.server, ports)?.state
    let second = try link.wait(for: "another SYN-ACK", 2, from: .server, \.isSYNACK)
    try link.waitUntilGone(.server, ports)
    let waits = Waits(
      first: (second.takenAt ?? 0) - (first.takenAt ?? 0),
      last: Monotonic.now() - (second.takenAt ?? 0))
    log.mark(.server, "gives up")
    let isAccepted = listener.isReadable

    log.fact("the SYN-ACK is sent again after", .duration(waits.first), from: "the wire")
    log.fact("and the server gives up after another", .duration(waits.last), from: "/proc/net/tcp")
    let sizes = (request: Slab.read("request_sock_TCP")?.size, socket: Slab.read("TCP")?.size)
    log.fact("memory of a request", .bytes(sizes.request), from: "/proc/slabinfo, request_sock_TCP")
    log.fact("memory of a socket", .bytes(sizes.socket), from: "/proc/slabinfo, TCP")
    let own = try SystemFile.read("/proc/sys/net/ipv4/tcp_synack_retries")
    if let retries = Int(own.split(separator: "\n").first ?? "") {
      log.fact(
        "with this host's own \(retries) retries it would be kept for",
        .duration(waits.sum(retries: retries)),
        from: "computed from the first wait, doubled each time")
    }
    return { evidence in
      [
        Check("the kernel lists a request for it: SYN_RECV", request == .synRecv),
        Check(
          "the SYN-ACK is sent again once, as tcp_synack_retries says",
          evidence.segments(from: .server, \.isSYNACK).count == 2),
        Check(
          "the second wait is about twice as long as the first", waits.isDoubled,
          found: "\(waits.last / 1_000_000) ms after \(waits.first / 1_000_000) ms"),
        Check(
          "a request is smaller than a socket",
          sizes.request.flatMap { request in sizes.socket.map { request < $0 } },
          else: "/proc/slabinfo does not tell", found: nil),
        Check("accept() has nothing to return", !isAccepted),
        Check("no socket has changed its state: no tracer sees it", evidence.steps.isEmpty),
      ]
    }
  }
}

/// Between the SYN-ACKs, and after the last, in nanoseconds.
private struct Waits {
  let first: UInt64
  let last: UInt64

  /// Timers of the kernel's wheel are late by up to an eighth.
  var isDoubled: Bool { last > first * 3 / 2 && last < first * 3 }

  /// All of them, with so many retries: the kernel waits no longer than 2 minutes at a time (TCP_RTO_MAX).
  func sum(retries: Int) -> UInt64 {
    (0...min(max(retries, 0), 255)).reduce(0) { sum, retry in
      sum + min(first << UInt64(min(retry, 20)), 120_000_000_000)
    }
  }
}
