// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Facts as numbers to be scraped: counted by service as they happen, so that no counter ever shrinks,
/// and only then read together with what there is.
///
/// What is kept has a bound, however many ports there are (``PortPlaces``). No clock: time is what
/// records and ``read(_:at:home:)`` say.
public struct Totals: FactSink {
  let filter: Filter
  let startedAt: UInt64
  var ports: PortPlaces
  var rows: [Row] = []
  private var places: [Service: Int] = [:]
  /// What comes one after the other is often of one service.
  private var last: (service: Service, isVague: Bool, placing: Placing)?
  var beyondPorts: UInt64 = 0
  /// ``Snapshot/rttUnknown`` of rows that have ended.
  var endedRTTUnknown: [Role: Words<RTTUnknown>] = [:]
  /// The widest that any network namespace has (`net.ipv4.ip_local_port_range`).
  var ephemeral: ClosedRange<UInt16> = 32768...60999
  var now: UInt64

  struct Row {
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

  func service(of connection: Connection) -> Service {
    let service = Service(connection)
    // Of two ephemeral ports, neither says what the connection is for.
    if service.role == .unknown, let port = service.port, ephemeral.contains(port) {
      return service.other
    }
    return service
  }

  // MARK: Places

  /// Where the row of a service is, and whether it is that of others for want of a place.
  struct Placing {
    var row: Int
    var isBeyond = false
  }

  mutating func place(of service: Service, isVague: Bool) -> Placing {
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
  mutating func giveUpIdlePorts() {
    let idle = Set(ports.giveUp(idleFor: Self.idleTime, at: now))
    last = nil
    guard !idle.isEmpty else { return }
    let ending = rows.partition { $0.service.port.map(idle.contains) ?? false }
    endedRTTUnknown = rttUnknown(of: rows[ending...])
    rows.removeSubrange(ending...)
    places = [:]
    for (place, row) in rows.enumerated() { places[row.service] = place }
  }
}
