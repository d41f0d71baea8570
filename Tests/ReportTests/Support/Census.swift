// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report

extension TimeWaitCensus {
  /// The inode number of the network namespace that needs no name.
  static let host: UInt32 = 4_026_531_840
  static let moment: UInt64 = 5_000_000_000_000

  /// One namespace with these ports and remotes, of which the kernel counts the same.
  static func of(
    _ ports: [Port] = [], _ remotes: [Remote] = [], inode: UInt32 = host, at: UInt64 = moment
  ) -> TimeWaitCensus {
    TimeWaitCensus(at: at, namespaces: [.of(ports, remotes, inode: inode)])
  }

  /// Both of a server that closes first, and of a client that has nearly no port left.
  static var busy: TimeWaitCensus {
    let nginx = Process(pid: 1234, comm: Comm("nginx"))
    return .of(
      [
        .at(
          443, timeWait: 1234, finWait2: 12, age: 58_100_000_000,
          owners: [(nginx, 1153)], unknown: 93),
        .at(8080, timeWait: 7, age: 900_000_000, owners: [(nginx, 7)]),
        .at(22, timeWait: 1, age: 61_000_000_000, unknown: 1),
      ],
      [
        .to(0x0a00_0009, 5432, timeWait: 11_000, finWait2: 80, live: 500),
        .to(0xc0a8_64c8, 65_535, timeWait: 2, live: 28_229),
      ])
  }
}

extension TimeWaitCensus.Namespace {
  static func of(
    _ ports: [TimeWaitCensus.Port] = [], _ remotes: [TimeWaitCensus.Remote] = [],
    inode: UInt32 = TimeWaitCensus.host
  ) -> TimeWaitCensus.Namespace {
    var all = TimeWaitCensus.Namespace(inode: inode)
    all.ports = ports
    all.remotes = remotes
    all.timeWait = ports.reduce(0) { $0 + $1.timeWait }
    all.finWait2 = ports.reduce(0) { $0 + $1.finWait2 }
    all.facts = NamespaceFacts(
      inode: inode, at: 0, jiffies: 0, minis: all.timeWait + all.finWait2, limit: 131_072)
    return all
  }
}

extension TimeWaitCensus.Port {
  static func at(
    _ number: UInt16, timeWait: Int, finWait2: Int = 0, age: UInt64? = nil,
    owners: [(Process, Int)] = [], unknown: Int = 0
  ) -> TimeWaitCensus.Port {
    var port = TimeWaitCensus.Port(port: number)
    port.timeWait = timeWait
    port.finWait2 = finWait2
    port.oldestAt = age.map { TimeWaitCensus.moment - $0 }
    port.leftBy = owners.map { TimeWaitCensus.Share(process: $0, count: $1) }
    port.unknown = unknown
    return port
  }
}

extension TimeWaitCensus.Remote {
  static func to(
    _ address: UInt32, _ port: UInt16, timeWait: Int = 0, finWait2: Int = 0, live: Int = 0,
    range: Int = 28_232
  ) -> TimeWaitCensus.Remote {
    var remote = TimeWaitCensus.Remote(
      local: Address(v4: 0x0a00_0001), remote: Address(v4: address), remotePort: port, range: range)
    remote.timeWait = timeWait
    remote.finWait2 = finWait2
    remote.live = live
    return remote
  }
}

extension Table {
  static func timeWait(
    width: Int, _ census: TimeWaitCensus, growth: Growth = Growth(), rows: Int = 20
  ) -> Table {
    var lines = TimeWaitLines(width: width, host: TimeWaitCensus.host, rows: rows)
    lines.census(census, growth: growth)
    let bytes = lines.text.bytes
    return Table(text: String(decoding: bytes, as: UTF8.self))
  }
}
