// SPDX-License-Identifier: Apache-2.0

/// What goes on after CLOSE, in a mini socket.
extension Tracker {
  /// Between the mini socket's entry into the hash and CLOSE are microseconds.
  private static var mostEarly: UInt64 { 5_000_000 }

  /// A connection has come to CLOSE. One that leaves a mini socket is awaited, where that is told of.
  mutating func end(_ slot: UInt32) {
    let connection = connections[slot]
    let ending = endings[connection.ending]
    enterLedger(slot)
    let isFull = ending.flags.contains(.timeWaitFull)
    guard tiers.contains(.minis), ending.leavesMini || ending.leavesTimeWait, !isFull else {
      ended.append(slot)
      return
    }
    // The mini socket is in the hash before CLOSE is told: on another CPU, its end may be told first.
    let since = max(
      connection.openedAt, connection.establishedAt, ending.lastEnteredAt,
      ending.closedAt - min(ending.closedAt, Self.mostEarly))
    let early = minis.takeEarly(connection.key, since: since)
    if let early, case .mini(let mini, let segment) = early.record.facts {
      updateLedger(early.record, mini, segment)
    }
    guard ending.leavesMini else {
      ended.append(slot)
      return
    }
    if let early {
      conclude(slot, early.outcome, at: early.record.at)
      return
    }
    // The timer wheel fires late by up to an eighth; and a second for whatever keeps it from firing.
    let life = ledger.clock.finWait2(ending.closed.finTime) &* tick
    let deadline = ending.closedAt &+ life &+ life / 8 &+ 1_000_000_000
    if let other = minis.add(connection.key, slot: slot, until: deadline) {
      conclude(gone: other, at: ending.closedAt)
    }
  }

  /// The same addresses in use again are proof that the mini socket is gone.
  mutating func forgetMini(under slot: UInt32) {
    if minis.isEmpty { return }
    let connection = connections[slot]
    if let other = minis.remove(connection.key) {
      conclude(gone: other, at: max(connection.establishedAt, connection.openedAt))
    }
  }

  /// A connection that waits for the end of a mini socket waits no more.
  mutating func releaseMini(of slot: UInt32) {
    let key = connections[slot].key
    if minis.slot(for: key) == slot, minis.remove(key) != nil { ended.append(slot) }
  }

  /// A segment has been worked on by a mini socket.
  mutating func noteMini(_ record: Record, _ mini: Record.Mini, _ segment: Record.Segment) {
    updateLedger(record, mini, segment)
    // What neither moved it on nor ended it, as a duplicate ACK, is nothing.
    guard segment.isGone || mini.substate == .timeWait else { return }
    let outcome: MiniOutcome =
      if !segment.isGone || mini.substate == .timeWait {
        // Not before the peer's FIN, with this segment or, untold, before it.
        .fin
      } else if segment.hasRST {
        .reset
      } else if segment.hasSYN {
        .syn
      } else {
        .data
      }
    if let slot = minis.remove(record.key) {
      conclude(slot, outcome, at: record.at)
    } else {
      minis.rememberEarly(record.key, outcome, record)
    }
  }

  /// A mini socket is gone, and nothing told why: its time was over, if it was.
  mutating func conclude(gone slot: UInt32, at: UInt64) {
    let ending = endings[connections[slot].ending]
    let life = ledger.clock.finWait2(ending.closed.finTime) &* tick
    let isOver = at >= ending.closedAt &+ life
    let isSure =
      !followsTimeWaits
      || !ledger.isDoubtful(in: connections[slot].netns, since: ending.closedAt)
    conclude(slot, isOver && isSure ? .expired : .vanished, at: at)
  }

  mutating func conclude(_ slot: UInt32, _ outcome: MiniOutcome, at: UInt64) {
    endings.update(connections[slot].ending) {
      $0.mini = outcome
      $0.miniAt = at
    }
    ended.append(slot)
  }
}
