// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Lifecycle

extension Question {
  static let runOut = Case(
    "run-out", "A client runs out of ports",
    """
    A client with a hundred local ports connects to one service, closes first, and connects again. Each of its \
    TIME_WAITs keeps its local port for this destination. When all are taken there is nothing left to connect \
    from: connect() fails at once, no segment is sent, and no server is to blame.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    let service = try ports.serve()
    log.keep(service.listener)
    let begun = try ports.minis()
    let crowd = try ports.exhaust(service) { count in
      guard count % (FewPorts.count / 4) == 0 else { return }
      guard let remote = try ports.census()?.remote(service) else { return }
      log.meter(
        "local ports taken towards \(service.name)", "after \(count) connections", remote.used,
        of: remote.range, from: "synfin timewait: used_ratio, by sock_diag")
    }
    log.mark(nil, crowd.failure?.brief ?? "")
    let (taken, minis) = (Set(try ports.timeWaitPorts()), try ports.minis())
    let last = try ports.census()?.remote(service)
    let failed = Ports(client: 0, server: service.port)
    log.follow(ports)
    log.show(only: Set(crowd.ports.suffix(1) + [failed]))

    log.fact(
      "connections until there was no port", .count(crowd.ports.count, ""), from: "connect()")
    log.fact(
      "what the application got for the next", .text(crowd.failure?.brief ?? "nothing"),
      from: "errno")
    if let usual = ports.usualRange {
      log.fact(
        "ports of the range that a namespace begins with", .count(usual.count, "ports"),
        from: "ip_local_port_range, before it was set to \(FewPorts.count)")
      log.fact(
        "connections that these carry to one destination",
        .count(usual.count / Int(TimerWheel.timeWait / 1_000_000_000), "a second"),
        from: "ports of that range, each taken for a minute")
    }
    return { evidence in
      let refused = evidence.end(.client, failed)
      let syns = evidence.segments.map { _ in evidence.segments(from: .client, \.isSYN).count }
      return [
        Check(
          "each port of the range carried one connection, and the next connect() failed",
          Set(crowd.ports.map(\.client)) == Set(FewPorts.range)
            && crowd.ports.count == FewPorts.count,
          found: "\(crowd.ports.count) connections"),
        Check(
          "the error is EADDRNOTAVAIL", crowd.failure?.errno == EADDRNOTAVAIL,
          found: crowd.failure?.brief),
        Check(
          "every port of the range is in TIME_WAIT (/proc/net/tcp)",
          taken == Set(FewPorts.range), found: "\(taken.count) are"),
        Check(
          "the kernel counts as many mini sockets more (/proc/net/sockstat)",
          minis.flatMap { now in begun.map { now - $0 == crowd.ports.count } },
          else: "it does not say", found: "\(minis ?? 0) after \(begun ?? 0)"),
        Check(
          "synfin's share of the range is all of it", last.map { $0.used == $0.range },
          else: "the kernel has no sock_diag for TCP",
          found: last.map { "\($0.used) of \($0.range)" }),
        Check(
          "synfin calls the failed one no_ports",
          evidence.told(refused?.verdict.openResult.map { $0 == .noPorts }),
          else: "records were lost", found: refused?.verdict.openResult.map { "\($0.name)" }),
        Check(
          "no SYN was sent for it", syns.map { $0 == crowd.ports.count },
          else: "the segments are not seen", found: "\(syns ?? 0) SYNs"),
      ]
    }
  }

  static let otherDestinations = Case(
    "other-destinations", "The limit is that of one destination",
    """
    A TCP connection is known by both addresses and both ports, so a local port that is taken towards one \
    destination is free for every other: another port of the same server, another server, and even the same \
    service from another address of one's own. So thousands of TIME_WAITs say nothing; many to one destination \
    do, and that is what synfin counts.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    let service = try ports.serve()
    let otherPort = try ports.serve(port: 8081)
    let otherServer = try ports.serve(FewPorts.otherServer)
    log.keep(service.listener, otherPort.listener, otherServer.listener)
    let crowd = try ports.exhaust(service)
    let taken = Set(try ports.timeWaitPorts())
    let same = try ports.attempt(service)
    let others = [
      ("another port of the server", otherPort.name, try ports.attempt(otherPort)),
      ("another server", otherServer.name, try ports.attempt(otherServer)),
      (
        "another address of the client's", FewPorts.otherClient.dotted,
        try ports.attempt(service, .bindAddressOnly(FewPorts.otherClient))
      ),
    ]
    log.follow(ports)
    log.show(only: [])
    log.fact("once more to \(service.name)", .text(same.brief), from: "connect()")
    for (what, name, outcome) in others {
      log.fact("\(what), \(name)", .text(outcome.brief), from: "connect()")
    }
    return { _ in
      [
        Check(
          "to the first destination there is no port left", same.failedToConnect, found: same.brief)
      ]
        + others.map { what, _, outcome in
          Check(
            "\(what): it connects, from a port that a TIME_WAIT holds towards the first",
            (try? outcome.get()).map { taken.contains($0.client) } ?? false, found: outcome.brief)
        }
        + [
          Check(
            "\(crowd.ports.count) TIME_WAITs are in nobody's way but their own destination's",
            same.failedToConnect && others.allSatisfy { $0.2.isConnected })
        ]
    }
  }

  static let bindFirst = Case(
    "bind-first", "bind() before connect(): no destination is free any more",
    """
    Who binds to an address of its own before connecting has the port chosen before the kernel knows where to. \
    Then it must be free towards everybody, so the range is used up for all destinations at once, and bind() \
    fails; and connect() passes over bound ports, so those who never bind have none either. \
    IP_BIND_ADDRESS_NO_PORT leaves the choice to connect(), as the case above did.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    let (service, other) = (try ports.serve(), try ports.serve(port: 8081))
    log.keep(service.listener, other.listener)
    let local = Address.loopback
    let crowd = try ports.exhaust(service, .bind(local))
    let elsewhere = try ports.attempt(other, .bind(local))
    let unbound = try ports.attempt(other)
    log.mark(nil, unbound.brief)
    let failed = Ports(client: 0, server: other.port)
    log.follow(ports)
    log.show(only: [failed])
    log.fact("connections until there was no port", .count(crowd.ports.count, ""), from: "bind()")
    log.fact("the next", .text(crowd.failure?.brief ?? "nothing"), from: "errno")
    log.fact("to another destination", .text(elsewhere.brief), from: "errno")
    log.fact("to another destination, without bind()", .text(unbound.brief), from: "errno")
    return { evidence in
      let refused = evidence.end(.client, failed)
      return [
        Check(
          "bind() itself fails, with EADDRINUSE",
          crowd.failure.map { $0.doing == "bind" && $0.errno == EADDRINUSE } ?? false,
          found: crowd.failure?.brief),
        Check(
          "it fails towards another destination as well", !elsewhere.isConnected,
          found: elsewhere.brief),
        Check(
          "a client that does not bind has no port to another destination either",
          unbound.failedToConnect, found: unbound.brief),
        Check(
          "synfin tells of that one, no_ports; of a bind() that fails the kernel tells nothing",
          evidence.told(refused?.verdict.openResult.map { $0 == .noPorts }),
          else: "records were lost", found: refused?.verdict.openResult.map { "\($0.name)" }),
      ]
    }
  }
}

extension Evidence {
  /// An answer of the tracer's, which is none where records were lost: then `nil`. Where nothing was told and
  /// nothing was lost, it is `false`.
  func told(_ isSo: Bool?) -> Bool? { isSo ?? (lost > 0 ? nil : false) }
}
