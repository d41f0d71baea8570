// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Facts as numbers to be scraped: counted by service as they happen, so that no counter ever shrinks,
/// and only then read together with what there is.
///
/// What is kept has a bound, however many ports there are (``PortPlaces``). No clock: time is what
/// records and ``read(_:at:home:)`` say.
public struct Totals: FactSink {
  private let filter: Filter
  private let startedAt: UInt64
  private var ports: PortPlaces
  private var rows: [Row] = []
  private var places: [Service: Int] = [:]
  /// What comes one after the other is often of one service.
  private var last: (service: Service, isVague: Bool, placing: Placing)?
  private var beyondPorts: UInt64 = 0
  /// ``Snapshot/rttUnknown`` of rows that have ended.
  private var endedRTTUnknown: [Role: Words<RTTUnknown>] = [:]
  /// The widest that any network namespace has (`net.ipv4.ip_local_port_range`).
  private var ephemeral: ClosedRange<UInt16> = 32768...60999
  private var now: UInt64

  private struct Row {
    let service: Service
    var told: ServiceRow
    /// Whether anything was counted since the last reading.
    var isTouched = false
  }

  /// A port at which nothing has happened for so long gives up its place where another wants it.
  static var idleTime: UInt64 { 900_000_000_000 }

  /// - Parameters:
  ///   - startedAt: when the telling began, in the clock of the records.
  ///   - maxPorts: how many ports have numbers of their own.
  public init(matching filter: Filter = Filter(), startedAt: UInt64, maxPorts: Int = 64) {
    self.filter = filter
    self.startedAt = startedAt
    ports = PortPlaces(capacity: maxPorts)
    now = startedAt
  }

  // MARK: Counting

  public mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    guard edge.to == .established, !filter.asksOwner, filter.matches(connection) else { return }
    now = max(now, at)
    update(connection, isVague: false, isNew: true) { $0.add(opened: connection) }
  }

  public mutating func finished(_ end: ConnectionEnd) {
    guard filter.matches(end.connection) else { return }
    // It has been counted when it became ESTABLISHED, unless that was not told, or not yet whose it was.
    let isNew = end.wasOpened && (end.connection.establishedAt == 0 || filter.asksOwner)
    guard isNew || end.failure != nil || end.verdict.close != nil else { return }
    let hasFailed = end.failure != nil
    update(end.connection, isVague: hasFailed, isNew: isNew || hasFailed) {
      if isNew { $0.add(opened: end.connection) }
      $0.add(ended: end)
    }
  }

  /// - Parameter isNew: whether nothing of it has been counted before.
  private mutating func update(
    _ connection: Connection, isVague: Bool, isNew: Bool, _ body: (inout ServiceCounters) -> Void
  ) {
    let place = place(of: service(of: connection), isVague: isVague)
    if place.isBeyond, isNew { beyondPorts += 1 }
    body(&rows[place.row].told.counters)
    rows[place.row].isTouched = true
  }

  private func service(of connection: Connection) -> Service {
    let service = Service(connection)
    // Of two ephemeral ports, neither says what the connection is for.
    if service.role == .unknown, let port = service.port, ephemeral.contains(port) {
      return service.other
    }
    return service
  }

  // MARK: Places

  /// Where the row of a service is, and whether it is that of others for want of a place.
  private struct Placing {
    var row: Int
    var isBeyond = false
  }

  private mutating func place(of service: Service, isVague: Bool) -> Placing {
    if let last, last.service == service, last.isVague == isVague { return last.placing }
    let isVague = isVague || service.isVague
    let hasPlace = service.port.map { ports.take($0, isVague: isVague, at: now) } ?? true
    let placing = Placing(row: row(of: hasPlace ? service : service.other), isBeyond: !hasPlace)
    last = (service, isVague, placing)
    return placing
  }

  private mutating func row(of service: Service) -> Int {
    if let row = places[service] { return row }
    places[service] = rows.count
    rows.append(Row(service: service, told: ServiceRow(since: now)))
    return rows.count - 1
  }

  /// Ends the rows of ports that others need more.
  private mutating func giveUpIdlePorts() {
    let idle = Set(ports.giveUp(idleFor: Self.idleTime, at: now))
    last = nil
    guard !idle.isEmpty else { return }
    let ending = rows.partition { $0.service.port.map(idle.contains) ?? false }
    endedRTTUnknown = rttUnknown(of: rows[ending...])
    rows.removeSubrange(ending...)
    places = [:]
    for (place, row) in rows.enumerated() { places[row.service] = place }
  }

  // MARK: Reading

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
  private func rttUnknown(of rows: some Sequence<Row>) -> [Role: Words<RTTUnknown>] {
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
    let role: Role = isServer ? .server : .unknown
    return place(of: Service(role: role, port: port), isVague: !isServer).isBeyond ? nil : port
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
