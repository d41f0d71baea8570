// SPDX-License-Identifier: Apache-2.0
internal import Capture
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
    let before = try slab("tw_sock_TCP")
    var count = 0
    for index in 0..<20 {
      let service = try ports.serve(port: 8080 + UInt16(index))
      count += try ports.visit(service, atMost: FewPorts.count).ports.count
    }
    let (after, whole) = (try slab("tw_sock_TCP"), try slab("TCP"))
    let minis = try ports.minis()
    log.follow(ports)
    log.show(only: [])
    log.fact("TIME_WAITs that were made", .count(count, ""), from: "/proc/net/sockstat: tw")
    log.fact("one of them", size(after?.objectSize), from: "/proc/slabinfo: tw_sock_TCP")
    log.fact(
      "a connection's socket, without its buffers", size(whole?.objectSize),
      from: "/proc/slabinfo: TCP")
    if let before, let after {
      log.fact(
        "by how much their slab grew",
        .text(
          "\(after.objectsInUse - before.objectsInUse) objects, "
            + "\(((after.slabs - before.slabs) * after.pagesPerSlab * 4096) / 1024) KiB"),
        from: "/proc/slabinfo: objects in use, and pages of 4 KiB")
    }
    if let limit = ports.usualLimit, let after {
      log.fact(
        "all that a namespace may have, \(limit)",
        .text("\((limit * after.objectSize) >> 20) MiB"),
        from: "tcp_max_tw_buckets before it was set here, times that size")
    }
    return { _ in
      [
        Check(
          "all of them are there (/proc/net/sockstat)", minis.map { $0 == count },
          else: "the kernel does not say", found: "\(minis ?? 0) of \(count)"),
        Check(
          "their slab has at least as many objects in use", after.map { $0.objectsInUse >= count },
          else: unreadable, found: after.map { "\($0.objectsInUse)" }),
        Check(
          "one takes less than a quarter of a connection's socket",
          after.flatMap { mini in whole.map { mini.objectSize * 4 < $0.objectSize } },
          else: unreadable,
          found: after.flatMap { mini in
            whole.map { "\(mini.objectSize) bytes of \($0.objectSize)" }
          }),
      ]
    }
  }

  /// It can be read by root alone, and kernels may have no such list.
  private static func slab(_ name: String) throws -> Slab? {
    do {
      return try Slab.read(name)
    } catch is SystemError {
      return nil
    }
  }

  private static var unreadable: String { "/proc/slabinfo cannot be read, or does not list it" }

  private static func size(_ bytes: Int?) -> Fact.Value {
    bytes.map { .count($0, "bytes") } ?? .unknown(unreadable)
  }
}
