// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// What there is now, beside all there was.
extension Totals {
  /// What there is now, and all there was, but for what only the source knows: losses, programs. To be
  /// called after the tracker has been settled.
  ///
  /// - Parameter home: the network namespace whose limits are told, where the filter names no other.
  public mutating func read(
    _ tracker: borrowing Tracker, at now: UInt64, home: UInt32
  ) -> Snapshot {
    self.now = max(self.now, now)
    let namespaces = tracker.namespaceFacts
    for facts in namespaces.values {
      ephemeral =
        min(
          ephemeral.lowerBound, facts.ports.lowerBound)...max(
          ephemeral.upperBound, facts.ports.upperBound)
    }
    var uses = PortUses(ranges: namespaces.mapValues(\.ports))
    readConnections(tracker, &uses)
    let minis = readMinis(tracker, &uses)
    for (place, row) in rows.enumerated() where row.isTouched {
      rows[place].isTouched = false
      if let port = row.service.port {
        _ = ports.take(port, isVague: true, at: self.now)
      }
    }
    var snapshot = Snapshot(at: now, startedAt: startedAt)
    snapshot.services = Dictionary(uniqueKeysWithValues: rows.map { ($0.service, $0.told) })
    snapshot.rttUnknown = rttUnknown(of: rows)
    snapshot.minis = minis.byPort
    snapshot.tellsMinis = tracker.tellsMinis
    snapshot.tellsHandshakes = tracker.tellsHandshakes
    snapshot.drift = minis.drift(from: namespaces)
    snapshot.timeWaitLimit = namespaces[filter.netns ?? home]?.limit
    snapshot.portsUsed = uses.greatest
    snapshot.transitions = tracker.transitions
    snapshot.beyondPorts = beyondPorts
    giveUpIdlePorts()
    return snapshot
  }

  /// Brings what is counted in a snapshot to what has been told since.
  public func refresh(_ snapshot: inout Snapshot) {
    for row in rows {
      var told = snapshot.services[row.service] ?? ServiceRow(since: row.told.since)
      told.counters = row.told.counters
      snapshot.services[row.service] = told
    }
    snapshot.rttUnknown = rttUnknown(of: rows)
    snapshot.beyondPorts = beyondPorts
  }

  /// With that of rows that have ended: counted by role, it goes on without them.
  func rttUnknown(of rows: some Sequence<Row>) -> [Role: Words<RTTUnknown>] {
    rows.reduce(into: endedRTTUnknown) {
      $0[$1.service.role, default: Words()].add($1.told.counters.rttUnknown)
    }
  }

  private mutating func readConnections(_ tracker: borrowing Tracker, _ uses: inout PortUses) {
    for place in rows.indices { rows[place].told.live = Live() }
    tracker.forEachConnection { connection, since in
      guard connection.state != .closed else { return }
      let isOpening = connection.state == .synSent && connection.tuple.localPort == 0
      uses.add(connection.tuple, netns: connection.netns, isOpening: isOpening)
      guard filter.matches(connection) else { return }
      let isVague = connection.establishedAt == 0
      let row = place(of: service(of: connection), isVague: isVague).row
      rows[row].told.live.add(connection, since: since, at: now, startedAt: startedAt)
      rows[row].told.seen[connection.state] = 1
      rows[row].isTouched = true
    }
  }

  private mutating func readMinis(
    _ tracker: borrowing Tracker, _ uses: inout PortUses
  ) -> MiniCounts {
    var counts = MiniCounts()
    tracker.forEachMini { mini in
      uses.add(mini.tuple, netns: mini.netns)
      counts.add(netns: mini.netns)
      let isShown = filter.matches(
        mini.tuple, isIPv6: mini.isIPv6, netns: mini.netns, owner: mini.owner)
      guard isShown else { return }
      counts.add(mini, at: port(of: mini))
    }
    return counts
  }

  /// The local port that a mini socket is counted at; `nil` for a port that was taken for this connection
  /// alone.
  private mutating func port(of mini: Tracker.Mini) -> UInt16? {
    let port = mini.tuple.localPort
    let isServer = mini.open == .passive
    guard isServer || mini.open != .active && !ephemeral.contains(port) else { return nil }
    return ports.take(port, isVague: !isServer, at: now) ? port : nil
  }
}

/// Mini sockets, while they are counted.
private struct MiniCounts {
  private(set) var byPort: [UInt16?: MiniCount] = [:]
  private var byNetns: [UInt32: Int] = [:]

  mutating func add(netns: UInt32) { byNetns[netns, default: 0] += 1 }

  mutating func add(_ mini: Tracker.Mini, at port: UInt16?) {
    if mini.isTimeWait {
      byPort[port, default: MiniCount()].timeWait += 1
    } else {
      byPort[port, default: MiniCount()].finWait2 += 1
    }
  }

  /// Followed, less counted by the kernel, where it says.
  func drift(from namespaces: [UInt32: NamespaceFacts]) -> Int? {
    let drifts = namespaces.compactMap { inode, facts in
      facts.minis.map { byNetns[inode, default: 0] - $0 }
    }
    return drifts.isEmpty ? nil : drifts.reduce(0, +)
  }
}
