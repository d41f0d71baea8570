// SPDX-License-Identifier: Apache-2.0

/// The counts of one namespace, while they are made: from the ledger, or from a list of its sockets.
public struct NamespaceCount {
  private let inode: UInt32
  private let facts: NamespaceFacts?
  private let range: ClosedRange<UInt16>
  private var timeWait = 0
  private var finWait2 = 0
  private var ports: [UInt16: Port] = [:]
  private var remotes: [Destination: TimeWaitCensus.Remote] = [:]

  /// What is counted of a port. Most ports are one owner's, so that one is counted in place.
  private struct Port {
    var timeWait = 0
    var finWait2 = 0
    var oldestAt: UInt64?
    var owner: UInt32 = 0
    var others: [UInt32: Int] = [:]
  }

  private struct Destination: Hashable {
    let local: Address
    let remote: Address
    let port: UInt16

    init(_ tuple: Tuple) {
      local = tuple.local
      remote = tuple.remote
      port = tuple.remotePort
    }
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
    var port = ports[tuple.localPort] ?? Port(owner: owner)
    if isTimeWait {
      port.timeWait += 1
      if let startedAt { port.oldestAt = min(port.oldestAt ?? startedAt, startedAt) }
    } else {
      port.finWait2 += 1
    }
    if port.owner != owner { port.others[owner, default: 0] += 1 }
    ports[tuple.localPort] = port
    guard range.contains(tuple.localPort) else { return }
    var remote = remotes[Destination(tuple)] ?? self.remote(tuple)
    if isTimeWait { remote.timeWait += 1 } else { remote.finWait2 += 1 }
    remotes[Destination(tuple)] = remote
  }

  /// A connection that has not ended.
  ///
  /// - Parameter isOpening: it has a port, of which no more is known.
  public mutating func addLive(_ tuple: Tuple, isOpening: Bool = false) {
    guard isOpening || range.contains(tuple.localPort) else { return }
    var remote = remotes[Destination(tuple)] ?? self.remote(tuple)
    remote.live += 1
    remotes[Destination(tuple)] = remote
  }

  /// - Parameter process: the process of a number that was given as an owner.
  public func finished(process: (UInt32) -> Process = { _ in .none }) -> TimeWaitCensus.Namespace {
    var all = TimeWaitCensus.Namespace(inode: inode)
    all.facts = facts
    all.timeWait = timeWait
    all.finWait2 = finWait2
    all.ports = ports.map { Self.port($0, $1, process) }.sorted {
      ($1.timeWait + $1.finWait2, $0.port) < ($0.timeWait + $0.finWait2, $1.port)
    }
    all.remotes = remotes.values.sorted {
      ($1.used, $0.remotePort, $0.remote.low) < ($0.used, $1.remotePort, $1.remote.low)
    }
    return all
  }

  private static func port(
    _ number: UInt16, _ counted: Port, _ process: (UInt32) -> Process
  ) -> TimeWaitCensus.Port {
    var port = TimeWaitCensus.Port(port: number)
    port.timeWait = counted.timeWait
    port.finWait2 = counted.finWait2
    port.oldestAt = counted.oldestAt
    var shares = counted.others
    shares[counted.owner] =
      counted.timeWait + counted.finWait2 - counted.others.values.reduce(0, +)
    port.unknown = shares.removeValue(forKey: 0) ?? 0
    port.leftBy = shares.map { TimeWaitCensus.Share(process: process($0), count: $1) }
      .sorted { ($1.count, $0.process.pid) < ($0.count, $1.process.pid) }
    return port
  }

  private func remote(_ tuple: Tuple) -> TimeWaitCensus.Remote {
    TimeWaitCensus.Remote(
      local: tuple.local, remote: tuple.remote, remotePort: tuple.remotePort, range: range.count)
  }
}
