// SPDX-License-Identifier: Apache-2.0

/// The counts of one namespace, while they are made: from the ledger, or from a list of its sockets.
public struct NamespaceCount {
  private let inode: UInt32
  private let facts: NamespaceFacts?
  private let range: ClosedRange<UInt16>
  private var timeWait = 0
  private var finWait2 = 0
  private var ports: [Port] = []
  /// Where each port is in `ports`, counted from 1; 0 where it is not. In pages of 256 ports, for there may
  /// be thousands of namespaces with a few ports each.
  private var places: [[UInt32]] = []
  private var remotes: [TimeWaitCensus.Remote] = []
  /// Where each remote is in `remotes`, counted from 1.
  private var destinations = HashIndex()

  /// What is counted of a port. Most ports are one owner's, so that one is counted in place.
  private struct Port {
    let number: UInt16
    var timeWait = 0
    var finWait2 = 0
    var oldestAt: UInt64?
    var owner: UInt32 = 0
    var others: [UInt32: Int] = [:]
  }

  public init(inode: UInt32, facts: NamespaceFacts?) {
    self.inode = inode
    self.facts = facts
    range = facts?.ports ?? 32768...60999
  }

  /// A mini socket.
  ///
  /// - Parameters:
  ///   - startedAt: when its TIME_WAIT began, in nanoseconds of CLOCK_MONOTONIC.
  ///   - owner: a number for the process that left it; 0 where that is not known.
  ///   - isListed: whether it counts for its port and remote as well, and not for the whole only.
  public mutating func addMini(
    _ tuple: Tuple, isTimeWait: Bool, startedAt: UInt64?, owner: UInt32 = 0, isListed: Bool = true
  ) {
    if isTimeWait { timeWait += 1 } else { finWait2 += 1 }
    guard isListed else { return }
    let port = place(of: tuple.localPort, owner: owner)
    if isTimeWait {
      ports[port].timeWait += 1
      if let startedAt { ports[port].oldestAt = min(ports[port].oldestAt ?? startedAt, startedAt) }
    } else {
      ports[port].finWait2 += 1
    }
    if ports[port].owner != owner { ports[port].others[owner, default: 0] += 1 }
    guard range.contains(tuple.localPort) else { return }
    let remote = place(of: tuple)
    if isTimeWait { remotes[remote].timeWait += 1 } else { remotes[remote].finWait2 += 1 }
  }

  /// A connection that has not ended.
  ///
  /// - Parameter isOpening: it has a port, of which no more is known.
  public mutating func addLive(_ tuple: Tuple, isOpening: Bool = false) {
    guard isOpening || range.contains(tuple.localPort) else { return }
    remotes[place(of: tuple)].live += 1
  }

  private mutating func place(of port: UInt16, owner: UInt32) -> Int {
    let (page, line) = (Int(port >> 8), Int(port & 0xff))
    if places.isEmpty { places = Array(repeating: [], count: 256) }
    if places[page].isEmpty { places[page] = Array(repeating: 0, count: 256) }
    if places[page][line] == 0 {
      ports.append(Port(number: port, owner: owner))
      places[page][line] = UInt32(ports.count)
    }
    return Int(places[page][line]) - 1
  }

  private mutating func place(of tuple: Tuple) -> Int {
    let hash =
      destinations.hash(tuple.remote.high ^ UInt64(tuple.remotePort), tuple.remote.low)
      ^ destinations.hash(tuple.local.high, tuple.local.low)
    let found = destinations.find(hash) {
      let remote = remotes[Int($0) - 1]
      return remote.remotePort == tuple.remotePort && remote.remote == tuple.remote
        && remote.local == tuple.local
    }
    if let found { return Int(found) - 1 }
    remotes.append(
      TimeWaitCensus.Remote(
        local: tuple.local, remote: tuple.remote, remotePort: tuple.remotePort,
        range: range.count))
    destinations.insert(hash, UInt32(remotes.count))
    return remotes.count - 1
  }

  /// - Parameter process: the process of a number that was given as an owner.
  public func finished(process: (UInt32) -> Process = { _ in .none }) -> TimeWaitCensus.Namespace {
    var all = TimeWaitCensus.Namespace(inode: inode)
    all.facts = facts
    all.timeWait = timeWait
    all.finWait2 = finWait2
    // There may be as many as there are ports: sorted by numbers, and not as they are.
    let order = ports.map { UInt64($0.timeWait + $0.finWait2) << 16 | UInt64(~$0.number) }
    all.ports = order.sorted(by: >).map { key in
      let port = ~UInt16(truncatingIfNeeded: key)
      return Self.port(ports[Int(places[Int(port >> 8)][Int(port & 0xff)]) - 1], process)
    }
    all.remotes = sortedRemotes
    return all
  }

  /// Most used first. There may be one for each mini socket: sorted by numbers, and not as they are.
  private var sortedRemotes: [TimeWaitCensus.Remote] {
    var order: [(key: UInt64, place: Int)] = []
    order.reserveCapacity(remotes.count)
    for (place, remote) in remotes.enumerated() {
      let address = UInt64(~UInt32(truncatingIfNeeded: remote.remote.low) >> 8)
      order.append(
        (
          UInt64(min(remote.used, 0xffffff)) << 40 | UInt64(~remote.remotePort) << 24 | address,
          place
        ))
    }
    order.sort {
      $0.key == $1.key ? remotes[$0.place].precedes(remotes[$1.place]) : $1.key < $0.key
    }
    return order.map { remotes[$0.place] }
  }

  private static func port(
    _ counted: Port, _ process: (UInt32) -> Process
  ) -> TimeWaitCensus.Port {
    var port = TimeWaitCensus.Port(port: counted.number)
    port.timeWait = counted.timeWait
    port.finWait2 = counted.finWait2
    port.oldestAt = counted.oldestAt
    if counted.owner == 0, counted.others.isEmpty {
      port.unknown = counted.timeWait + counted.finWait2
      return port
    }
    var shares = counted.others
    shares[counted.owner] =
      counted.timeWait + counted.finWait2 - counted.others.values.reduce(0, +)
    port.unknown = shares.removeValue(forKey: 0) ?? 0
    port.leftBy = shares.map { TimeWaitCensus.Share(process: process($0), count: $1) }
      .sorted { ($1.count, $0.process.pid) < ($0.count, $1.process.pid) }
    return port
  }
}

extension TimeWaitCensus.Remote {
  /// Of two that are used as much: the same order in each run.
  fileprivate func precedes(_ other: Self) -> Bool {
    (remotePort, remote.high, remote.low, local.high, local.low)
      < (other.remotePort, other.remote.high, other.remote.low, other.local.high, other.local.low)
  }
}
