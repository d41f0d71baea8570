// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Facts as numbers, by service and by process: what has ended is counted as it is told, what has not
/// when it is looked at, so that an owner or an address that is learned late is right all the same.
///
/// What is kept has a bound, however many ports and processes there are: ``Service/port`` and
/// ``Owner/process`` are `nil` for what is beyond it. No clock: time is what ``read(_:losses:at:)`` is
/// given.
public struct Metrics: FactSink {
  private let filter: Filter
  private let startedAt: UInt64
  private var services: Table<Service>
  private var owners: Table<Owner>

  /// - Parameters:
  ///   - startedAt: when the telling began, in the clock of the records.
  ///   - services: how many services have a row of their own.
  ///   - owners: how many processes have one.
  public init(
    matching filter: Filter = Filter(), startedAt: UInt64, services: Int = 256, owners: Int = 512
  ) {
    self.filter = filter
    self.startedAt = startedAt
    self.services = Table(capacity: services)
    self.owners = Table(capacity: owners)
  }

  public mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {}

  public mutating func finished(_ end: ConnectionEnd) {
    guard filter.matches(end.connection) else { return }
    func add(to counters: inout Counters) {
      if end.wasOpened { counters.add(opened: end.connection) }
      counters.add(ended: end)
    }
    services.update(Service(end.connection), add)
    owners.update(Owner(end.connection.owner), add)
  }

  /// What there is now, and all there was. To be called after the tracker has been settled.
  public mutating func read(
    _ tracker: borrowing Tracker, losses: Losses, at now: UInt64
  ) -> Reading {
    var serviceRows = services.rows.map { Row(counters: $0.counters) }
    var ownerRows = owners.rows.map { Row(counters: $0.counters) }
    var uses = PortUses(ranges: tracker.namespaceFacts.mapValues(\.ports))
    tracker.forEachConnection { connection, since in
      let hasEnded = connection.state == .closed
      if !hasEnded {
        let isOpening = connection.state == .synSent && connection.tuple.localPort == 0
        uses.add(connection.tuple, netns: connection.netns, isOpening: isOpening)
      }
      guard filter.matches(connection) else { return }
      func add(to row: inout Row) {
        if connection.establishedAt != 0 { row.counters.add(opened: connection) }
        if !hasEnded { row.live.add(connection, since: since, at: now, startedAt: startedAt) }
      }
      services.update(&serviceRows, Service(connection), add)
      owners.update(&ownerRows, Owner(connection.owner), add)
    }
    tracker.forEachMini { mini in
      uses.add(mini.tuple, netns: mini.netns)
      let isShown = filter.matches(
        mini.tuple, isIPv6: mini.isIPv6, netns: mini.netns, owner: mini.owner)
      guard isShown else { return }
      services.update(&serviceRows, Service(open: mini.open, mini.tuple)) { $0.live.add(mini) }
      owners.update(&ownerRows, Owner(mini.owner)) { $0.live.add(mini) }
    }
    for row in serviceRows.indices { serviceRows[row].live.note(tracker) }
    for row in ownerRows.indices { ownerRows[row].live.note(tracker) }
    var reading = Reading(
      at: now, startedAt: startedAt, transitions: tracker.transitions, losses: losses,
      services: services.named(serviceRows), owners: owners.named(ownerRows),
      fullest: uses.fullest)
    reading.tellsMinis = tracker.tellsMinis
    owners.fold { ownerRows[$0].live.isEmpty }
    return reading
  }
}

extension Live {
  fileprivate mutating func note(_ tracker: borrowing Tracker) {
    tellsMinis = tracker.tellsMinis
    tellsHandshakes = tracker.tellsHandshakes
  }
}

extension Table {
  /// The row of a key among those of a reading, which has one for each of the table.
  fileprivate mutating func update(
    _ readRows: inout [Row], _ key: Key, _ body: (inout Row) -> Void
  ) {
    let place = place(of: key)
    if place == readRows.count { readRows.append(Row()) }
    body(&readRows[place])
  }

  fileprivate func named(_ readRows: [Row]) -> [Key: Row] {
    Dictionary(uniqueKeysWithValues: zip(rows.lazy.map(\.key), readRows))
  }
}
