// SPDX-License-Identifier: Apache-2.0

/// What a scan of the host's sockets finds: what was there before the tracer, who holds it, and what
/// is not there any more though its end was not told.
extension Tracker {
  /// From here on, records tell what is there now, until all that could be scanned is.
  mutating func beginScan() {
    scans += 1
    missed = 0
    hasOlder = slots.count > 0
    slots.forEach { slot in
      connections.update(slot) { _ = $0.traits.remove(.seen) }
    }
    listeners.beginScan()
    ledger.beginScan()
  }

  /// All that there is has been told.
  mutating func finishScan() { listeners.finishScan() }

  /// Whether a connection was missed by the last scan: another will tell whether it is gone.
  public var hasMissed: Bool { missed > 0 }

  /// A socket that is there.
  mutating func found(
    _ record: Record, _ state: TCPState, cgroup: UInt64, uid: UInt32, task: Process
  ) {
    if state == .listen {
      listeners.open(record, owner: task, isNew: false)
      return
    }
    guard state != .closed else { return }
    if let slot = slot(of: record.socket) {
      connections.update(slot) { connection in
        guard connection.state != .closed, connection.isOf(record) else { return }
        connection.learnOwner(task, .scan)
        connection.traits.insert(.seen)
        connection.traits.remove(.missed)
      }
      return
    }
    // Its CLOSE is told before it is in that state.
    if recentlyClosed.contains(record.socket, at: record.at) { return }
    guard let slot = begin(record, Edge(from: state, to: state)) else { return }
    connections.update(slot) { connection in
      // Later, it may be one whose open was lost.
      connection.open = scans == 1 ? .existing : nil
      connection.foundAt = record.at
      connection.foundIn = state
      if record.flags.isDisjoint(with: [.hasSocket, .dead]) {
        connection.traits.insert(.unaccepted)
      }
      if state == .finWait2 {
        // Our FIN is acknowledged, and the peer's is still to come: by another segment.
        endings.update(connection.endingSlot(in: &endings)) { $0.entered.append(state, at: 0) }
      }
      connection.cgroup = cgroup
      connection.uid = uid
      connection.traits.formUnion([.hasIdentity, .seen])
      connection.learnOwner(task, .scan)
    }
  }

  /// A scan has told every socket of a namespace. A connection that two scans in a row have not seen
  /// has ended, and its end was lost; one could have moved between two readings of a bucket.
  mutating func endScan(of netns: UInt32, at: UInt64) {
    if hasOlder { miss(in: netns) }
    listeners.endScan(of: netns)
    for key in ledger.endScan(of: netns, at: at) {
      if let slot = minis.remove(key) { conclude(slot, .vanished, at: at) }
    }
  }

  /// Connections that were there when the scan began, and that it has not seen.
  private mutating func miss(in netns: UInt32) {
    var gone: [UInt32] = []
    slots.forEach { slot in
      let connection = connections[slot]
      guard connection.netns == netns, connection.state != .closed,
        !connection.traits.contains(.seen)
      else { return }
      if connection.traits.contains(.missed) {
        gone.append(slot)
      } else {
        missed += 1
        connections.update(slot) { _ = $0.traits.insert(.missed) }
      }
    }
    for slot in gone.sorted() {
      gaps += 1
      let socket = connections[slot].socket
      ended.append(slot)
      slots.remove(hash(socket)) { $0 == slot }
    }
  }

  /// A process has accepted a child, or read from it.
  mutating func taken(
    _ record: Record, _ source: OwnerSource, cgroup: UInt64, uid: UInt32, task: Process
  ) {
    guard let slot = slot(of: record.socket) else { return }
    connections.update(slot) { connection in
      guard connection.isOf(record) else { return }
      connection.learnOwner(task, source)
      if record.flags.contains(.hasSocket) { connection.uid = uid }
      if cgroup != 0 { connection.cgroup = cgroup }
    }
  }
}
