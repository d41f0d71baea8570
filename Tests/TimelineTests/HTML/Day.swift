import Timeline

// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

/// Some time on a host, with connections of every kind in turn, of which it is known what they are.
struct Day {
  private var records: [Record] = []
  private(set) var kinds: [Kind: Int] = [:]
  private var socket: UInt64 = 0xffff_8880_0000_0000
  /// When the next begins, in nanoseconds of CLOCK_MONOTONIC.
  var now = Self.beginning
  var losses = Losses()
  static let beginning: UInt64 = 5_000_000_000
  /// Makes the beginning 2026-11-23 13:00 UTC.
  static let offsetToEpoch: Int64 = 1_795_438_795_000_000_000

  enum Kind: CaseIterable {
    case closedByUs, closedByPeer, refused, resetByPeer, resetByUs, connectTimeout, server
    case stillOpen, existing, nobodys
  }

  static let services: [(Address, UInt16)] = [
    (Address(v4: 0x0a00_0009), 5432), (Address(v4: 0x0a00_000a), 6379),
    (Address(v4: 0xc000_0207), 443), (Address(high: 0x2001_0db8_0000_0000, low: 0x17), 8443),
  ]

  static let processes = [
    Process(pid: 1201, comm: Comm("api")), Process(pid: 1202, comm: Comm("worker")),
    Process(pid: 980, comm: Comm("nginx")), Process(pid: 4321, comm: Comm("curl")),
  ]

  /// `count` connections, one each `gap` nanoseconds: most of a real day is orderly.
  static func mixed(_ count: Int, gap: UInt64 = 3_000_000) -> Day {
    var day = Day()
    for index in 0..<count {
      let kind =
        index % 4 != 3 ? Kind.closedByUs : Kind.allCases[index / 4 % Kind.allCases.count]
      day.add(
        kind, processes[index % 7 % processes.count], to: services[index % 5 % services.count],
        life: UInt64(index % 11 + 1) * 7_000_000)
      day.now += gap
    }
    return day
  }

  mutating func add(
    _ kind: Kind, _ task: Process = processes[0], to service: (Address, UInt16) = services[0],
    life: UInt64 = 20_000_000
  ) {
    kinds[kind, default: 0] += 1
    socket += 0x1000
    let client = UInt16(20_000 + kinds.values.reduce(0, +) % 40_000)
    let isServer = kind == .server || kind == .nobodys
    let tuple = Tuple(
      local: Address(v4: 0x0a00_0001), localPort: isServer ? 8080 : client,
      remote: service.0, remotePort: isServer ? client : service.1)
    var told = Life(socket: socket, tuple: tuple, task: task, now: now, length: life)
    told.tell(kind)
    records += told.records
  }

  /// When the tracer stopped.
  var end: UInt64 { (records.map(\.at).max() ?? now) + 50_000_000 }

  /// What a tracker tells of it.
  func tell(_ sink: inout some FactSink) {
    var tracker = Tracker(startedAt: Self.beginning, tiers: .all)
    for record in records.sorted(by: { $0.at < $1.at }) { tracker.apply(record, into: &sink) }
    tracker.finish(at: end, losses: losses, into: &sink)
  }

  func chart(limit: Int = 100_000) -> Chart {
    var collector = Collector(limit: limit, startedAt: Self.beginning)
    tell(&collector)
    let run = Run(
      startedAt: Self.beginning, stoppedAt: end, offsetToEpoch: Self.offsetToEpoch, utcOffset: 3600,
      tiers: .all, losses: losses)
    // Of every second TIME_WAIT the end was told.
    for bar in Chart(collector, of: run).bars where bar.phases.last?.state == .timeWait {
      let connection = bar.connection
      guard connection.id % 2 == 0, let last = bar.phases.last else { continue }
      collector.timeWaitEnded(
        TimeWaitEnd(
          id: connection.id, netns: connection.netns, tuple: connection.tuple, isIPv6: false,
          leftBy: connection.owner, beganAt: last.from, endedAt: last.from + last.duration / 2,
          cause: .reuseConnect))
    }
    return Chart(collector, of: run)
  }
}
