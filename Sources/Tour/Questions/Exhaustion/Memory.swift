// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

extension Question {
  static let memory = Case(
    "memory", "What they take of memory",
    """
    A TIME_WAIT is no socket any more. The kernel keeps what it needs to recognize the connection and to answer \
    for it, addresses, ports, two sequence numbers, a timer, in an object of its own kind, and gives back \
    the rest: buffers, timers, the connection's state.
    """, place: .loopback
  ) { link, log in
    let ports = try FewPorts(link)
    let before = Slab.read("tw_sock_TCP")
    var count = 0
    for index in 0..<20 {
      let service = try ports.serve(port: 8080 + UInt16(index))
      count += try ports.visit(service, atMost: FewPorts.count).ports.count
    }
    let (after, whole) = (Slab.read("tw_sock_TCP"), Slab.read("TCP"))
    let minis = try ports.minis()
    log.follow(ports)
    log.show(only: [])
    log.fact("TIME_WAITs that were made", .count(count, ""), from: "/proc/net/sockstat: tw")
    log.fact("one of them", size(after?.size), from: "/proc/slabinfo: tw_sock_TCP")
    log.fact(
      "a connection's socket, without its buffers", size(whole?.size),
      from: "/proc/slabinfo: TCP")
    if let before, let after {
      log.fact(
        "by how much their slab grew",
        .text(
          "\(after.objects - before.objects) objects, "
            + "\((after.pages - before.pages) * 4) KiB"),
        from: "/proc/slabinfo: objects in use, and pages of 4 KiB")
    }
    if let limit = ports.usualLimit, let after {
      log.fact(
        "all that a namespace may have, \(limit)",
        .text("\((limit * after.size) >> 20) MiB"),
        from: "tcp_max_tw_buckets before it was set here, times that size")
    }
    return { _ in
      [
        Check(
          "all of them are there (/proc/net/sockstat)", minis.map { $0 == count },
          else: "the kernel does not say", found: "\(minis ?? 0) of \(count)"),
        Check(
          "their slab has at least as many objects in use", after.map { $0.objects >= count },
          else: unreadable, found: after.map { "\($0.objects)" }),
        Check(
          "one takes less than a quarter of a connection's socket",
          after.flatMap { mini in whole.map { mini.size * 4 < $0.size } },
          else: unreadable,
          found: after.flatMap { mini in
            whole.map { "\(mini.size) bytes of \($0.size)" }
          }),
      ]
    }
  }

  private static var unreadable: String { "/proc/slabinfo cannot be read, or does not list it" }

  private static func size(_ bytes: Int?) -> Fact.Value {
    bytes.map { .count($0, "bytes") } ?? .unknown(unreadable)
  }
}
