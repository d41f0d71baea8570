// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// How much of the ephemeral ports is taken from one local address to one remote address and port: for
/// these, each local port can be taken once.
public struct PortUse: Equatable, Sendable {
  public var netns: UInt32
  public var local: Address
  public var remote: Address
  public var remotePort: UInt16
  public var used: Int
  /// How many ports `net.ipv4.ip_local_port_range` has.
  public var range: Int

  public init(
    netns: UInt32, local: Address, remote: Address, remotePort: UInt16, used: Int, range: Int
  ) {
    self.netns = netns
    self.local = local
    self.remote = remote
    self.remotePort = remotePort
    self.used = used
    self.range = range
  }

  /// Whether it has less left, as a share of its range.
  public func isFuller(than other: PortUse) -> Bool { used * other.range > other.used * range }
}

/// The ports that are taken, while they are counted.
struct PortUses {
  private let ranges: [UInt32: ClosedRange<UInt16>]
  private var counts: [Destination: Int] = [:]
  /// Those that came one after the other to one destination, and are not in `counts` yet.
  private var run: (destination: Destination, count: Int)?

  private struct Destination: Hashable {
    let netns: UInt32
    let port: UInt16
    let local: Address
    let remote: Address

    func hash(into hasher: inout Hasher) {
      // Each combination costs, and these words tell most destinations apart.
      hasher.combine(remote.low ^ local.low << 32)
      hasher.combine(remote.high ^ UInt64(port) << 32 ^ UInt64(netns))
    }
  }

  /// - Parameter ranges: the ephemeral ports of each network namespace that has told them; of others
  ///   nothing is counted.
  init(ranges: [UInt32: ClosedRange<UInt16>]) { self.ranges = ranges }

  /// - Parameter isOpening: it has a port, of which no more is known.
  mutating func add(_ tuple: Tuple, netns: UInt32, isOpening: Bool = false) {
    guard let range = ranges[netns], isOpening || range.contains(tuple.localPort) else { return }
    let destination = Destination(
      netns: netns, port: tuple.remotePort, local: tuple.local, remote: tuple.remote)
    if run?.destination == destination {
      run?.count += 1
    } else {
      endRun()
      run = (destination, 1)
    }
  }

  private mutating func endRun() {
    if let run { counts[run.destination, default: 0] += run.count }
    run = nil
  }

  /// Of each remote port, the address towards which most is taken.
  var fullest: [UInt16: PortUse] {
    mutating get {
      endRun()
      var fullest: [UInt16: PortUse] = [:]
      for (destination, count) in counts {
        let use = PortUse(
          netns: destination.netns, local: destination.local, remote: destination.remote,
          remotePort: destination.port, used: count, range: ranges[destination.netns]?.count ?? 0)
        if fullest[use.remotePort].map(use.isFuller) ?? true { fullest[use.remotePort] = use }
      }
      return fullest
    }
  }

  /// The greatest share that goes to one destination; `nil` where no range is known.
  var greatest: Double? {
    mutating get {
      guard !ranges.isEmpty else { return nil }
      endRun()
      return counts.reduce(0) { greatest, use in
        max(greatest, Double(use.value) / Double(ranges[use.key.netns]?.count ?? 1))
      }
    }
  }
}
