// SPDX-License-Identifier: Apache-2.0

/// Who listens where: the owner of a child that nobody has accepted yet.
///
/// With SO_REUSEPORT one more listener may be the one, so nobody is named before a scan has told who
/// holds which, in all namespaces; nor after a loss until the next has.
struct Listeners {
  private var isWhole = false
  private var byPort: [Place: [Listener]] = [:]
  private(set) var count = 0
  private static let limit = 65_536

  private struct Place: Hashable {
    let netns: UInt32
    let port: UInt16
  }

  private struct Listener {
    let socket: UInt64
    let address: Address
    let isIPv6: Bool
    var owner: Process
    var isSeen = true

    init(_ record: Record, owner: Process) {
      socket = record.socket
      address = record.tuple.local
      isIPv6 = record.flags.contains(.ipv6)
      self.owner = owner
    }
  }

  /// One that is there; a new one by the record that told of its beginning.
  mutating func open(_ record: Record, owner: Process, isNew: Bool) {
    let place = Place(netns: record.netns, port: record.tuple.localPort)
    guard place.port != 0 else { return }
    var here = byPort[place] ?? []
    if let index = here.firstIndex(where: { $0.socket == record.socket }) {
      here[index].isSeen = true
      // The end of the one before in this memory was lost.
      if isNew { here[index] = Listener(record, owner: owner) }
      // The first that was seen is kept: who made it, or in a scan the oldest process that holds it.
      if !here[index].owner.isKnown { here[index].owner = owner }
    } else if count < Self.limit {
      here.append(Listener(record, owner: owner))
      count += 1
    } else {
      forget()
      return
    }
    byPort[place] = here
  }

  mutating func close(_ record: Record) {
    remove(Place(netns: record.netns, port: record.tuple.localPort)) {
      $0.socket == record.socket
    }
  }

  /// The process that owns every listener which a connection can have come from: with SO_REUSEPORT
  /// there may be several, and of several processes.
  func owner(of connection: Connection) -> Process {
    let place = Place(netns: connection.netns, port: connection.tuple.localPort)
    guard isWhole, let here = byPort[place] else { return .none }
    let isIPv6 = connection.traits.contains(.ipv6)
    let local = connection.tuple.local
    // A listener of the very address goes before one of all addresses (`compute_score`).
    let exact = here.filter { $0.isIPv6 == isIPv6 && $0.address == local }
    let fit = exact.isEmpty ? here.filter { $0.isIPv6 == isIPv6 && $0.address.isAny } : exact
    guard let first = fit.first, fit.allSatisfy({ $0.owner == first.owner }) else { return .none }
    return first.owner
  }

  mutating func beginScan() {
    for place in byPort.keys {
      for index in byPort[place, default: []].indices { byPort[place]?[index].isSeen = false }
    }
  }

  mutating func endScan(of netns: UInt32) {
    for place in byPort.keys where place.netns == netns { remove(place) { !$0.isSeen } }
  }

  /// All that processes hold has been told.
  mutating func finishScan() { isWhole = count < Self.limit }

  /// One may have come or gone untold.
  mutating func forget() {
    byPort = [:]
    count = 0
    isWhole = false
  }

  private mutating func remove(_ place: Place, where isIt: (Listener) -> Bool) {
    guard var here = byPort[place] else { return }
    let before = here.count
    here.removeAll(where: isIt)
    count -= before - here.count
    byPort[place] = here.isEmpty ? nil : here
  }
}
