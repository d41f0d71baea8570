// SPDX-License-Identifier: Apache-2.0

/// Telling: what has ended, and at the stop everything.
extension Tracker {
  /// A RST that renames an end follows it by some 10 µs; a preempted task may let it wait.
  private static var resetGrace: UInt64 { 50_000_000 }

  /// Reports what has ended. To be called after each reading of the ring, so that no verdict is made
  /// before it is known whether a record that it rests on was lost.
  ///
  /// - Parameters:
  ///   - readAt: the time before that reading: every record made until then has been taken in.
  ///   - losses: what was counted after it.
  ///   - countedAt: the time after that count.
  public mutating func settle(
    readAt: UInt64, losses: Losses, countedAt: UInt64, into sink: inout some FactSink & ~Copyable
  ) {
    if self.losses.note(losses, until: countedAt) { listeners.forget() }
    for slot in minis.removeExpired(at: readAt) { conclude(gone: slot, at: readAt) }
    defer { tellTimeWaits(at: readAt, into: &sink) }
    guard !ended.isEmpty else { return }
    let due = ended
    ended.removeAll(keepingCapacity: true)
    for slot in due {
      let connection = connections[slot]
      let isCurrent = self.slot(of: connection.socket) == slot
      let ending = connection.ending == 0 ? nil : endings[connection.ending]
      if isCurrent, let ending, ending.awaitsReset, readAt < ending.closedAt &+ Self.resetGrace {
        ended.append(slot)
        continue
      }
      let isSuperseded = connection.state != .closed
      report(connection, ending, isSuperseded: isSuperseded, at: countedAt, into: &sink)
      recentlyClosed.add(connection.socket, at: ending?.closedAt ?? readAt)
      if isCurrent { slots.remove(hash(connection.socket)) { $0 == slot } }
      release(slot)
    }
  }

  private mutating func release(_ slot: UInt32) {
    let ending = connections[slot].ending
    if ending != 0 { endings.remove(ending) }
    connections.remove(slot)
  }

  /// Reports everything that is still known, at the end of a run.
  public mutating func finish(
    at now: UInt64, losses: Losses, into sink: inout some FactSink & ~Copyable
  ) {
    // Those that still wait for the peer are left at that.
    ended += minis.removeAll()
    settle(readAt: now &+ Self.resetGrace, losses: losses, countedAt: now, into: &sink)
    var open: [UInt32] = []
    slots.forEach { open.append($0) }
    for slot in open.sorted(by: { connections[$0].id < connections[$1].id }) {
      let connection = connections[slot]
      let ending = connection.ending == 0 ? nil : endings[connection.ending]
      report(connection, ending, at: now, into: &sink)
      release(slot)
    }
    slots.removeAll()
  }

  private mutating func report(
    _ connection: Connection, _ ending: Ending?, isSuperseded: Bool = false, at now: UInt64,
    into sink: inout some FactSink & ~Copyable
  ) {
    if connection.isStillborn, ending?.flags.contains(.hasSocket) != true { return }
    var connection = connection
    let doubt = losses.doubt(
      about: connection, ending, tiers: tiers, isSuperseded: isSuperseded, at: now)
    connection.forgetWhatLossesHide(doubt)
    if connection.ownerSource == .listener,
      losses.mayHaveMissedListener(at: connection.establishedAt)
    {
      connection.owner = .none
    }
    if connection.traits.contains(.unaccepted) {
      // The listener may have been found after its child.
      connection.learnOwner(listeners.owner(of: connection), .listener)
    }
    let verdict = Verdict(connection, ending, doubt: doubt)
    var ending = ending
    ending?.forgetCloserOfReset()
    sink.finished(ConnectionEnd(connection: connection, ending: ending, verdict: verdict))
    reported += 1
  }
}
