// SPDX-License-Identifier: Apache-2.0

/// What records mean for the ledger of mini sockets.
extension Tracker {
  /// A connection has come to CLOSE, and may have left a mini socket.
  mutating func enterLedger(_ slot: UInt32) {
    guard followsTimeWaits else { return }
    let connection = connections[slot]
    let ending = endings[connection.ending]
    let closed = ending.closed
    let isTimeWait = ending.leavesTimeWait
    guard isTimeWait || ending.leavesMini, closed.jiffies != 0 else { return }
    // At the limit of a namespace it may have been refused: the kernel's count will tell.
    if ending.flags.contains(.timeWaitFull) { return }
    ledger.clock.note(closed.jiffies, at: ending.closedAt)
    let life = isTimeWait ? ledger.clock.timeWait : ledger.clock.finWait2(closed.finTime)
    let expires = closed.jiffies &+ life
    ledger.forgetFound(connection.key, expires: expires)
    ledger.add(
      connection.key, id: connection.id, leftAt: ending.closedAt,
      beganAt: isTimeWait ? ending.closedAt : 0,
      fires: TimerWheel.fires(expires: expires, now: closed.jiffies),
      isTimeWait: isTimeWait, isIPv6: connection.traits.contains(.ipv6),
      owner: ending.closer.process.isKnown ? ending.closer.process : connection.owner,
      open: connection.open, address: closed.net, at: ending.closedAt)
  }

  /// What looked like a mini socket's beginning was the end: there is none.
  mutating func leaveLedger(_ slot: UInt32) {
    guard followsTimeWaits, let number = ledger.find(connections[slot].key),
      ledger.entries[number].id == connections[slot].id, !ledger.entries[number].isTimeWait
    else { return }
    ledger.end(number, .unknown, at: nil)
  }

  /// A segment has been worked on by a mini socket.
  mutating func updateLedger(_ record: Record, _ mini: Record.Mini, _ segment: Record.Segment) {
    guard followsTimeWaits else { return }
    ledger.clock.note(mini.jiffies, at: record.at)
    guard let number = ledger.find(record.key) else {
      // Not before its CLOSE, which is told on another processor: a later segment, or a scan.
      return
    }
    if segment.isGone {
      ledger.end(number, segment.hasRST ? .rst : .unknown, at: record.at)
    } else {
      take(mini, number, at: record.at)
    }
  }

  /// - Parameter at: when a segment did it; 0 where a scan has found it so.
  private mutating func take(_ mini: Record.Mini, _ number: UInt32, at: UInt64) {
    let entry = ledger.entries[number]
    if mini.substate == .timeWait, !entry.isTimeWait {
      ledger.entries.update(number) {
        $0.isTimeWait = true
        $0.beganAt = at
        $0.expires = at == 0 ? mini.expires : 0
      }
    }
    // In FIN_WAIT2 a segment moves nothing.
    guard mini.substate == .timeWait, ledger.clock.canExpire(mini.expires, setAt: mini.jiffies)
    else { return }
    let fires = ledger.clock.fires(mini)
    if fires != entry.fires { ledger.restart(number, fires: fires) }
    if at != 0, entry.isTimeWait { ledger.entries.update(number) { $0.expires = mini.expires } }
  }

  /// A scan has found a mini socket.
  mutating func foundMini(_ record: Record, _ mini: Record.Mini) {
    guard followsTimeWaits else { return }
    ledger.clock.note(mini.jiffies, at: record.at)
    if let number = ledger.find(record.key) {
      take(mini, number, at: 0)
      ledger.entries.update(number) { $0.isSeen = true }
      return
    }
    let fires = ledger.clock.fires(mini)
    // Its timer is due, and has been told of, or has nothing more to tell.
    if let due = ledger.clock.time(of: fires), due <= record.at { return }
    ledger.add(
      record.key, id: 0, leftAt: 0, beganAt: 0, fires: fires,
      isTimeWait: mini.substate == .timeWait, isIPv6: record.flags.contains(.ipv6), owner: .none,
      address: mini.net, at: record.at, expires: mini.expires)
  }

  /// The same addresses are in use again: the kernel has taken the mini socket away for it.
  mutating func replaceInLedger(_ slot: UInt32) {
    guard followsTimeWaits, ledger.count > 0 else { return }
    let connection = connections[slot]
    guard let number = ledger.find(connection.key) else { return }
    let openedAt = connection.openedAt == 0 ? nil : connection.openedAt
    switch connection.open {
    case .passive: ledger.end(number, .syn, at: openedAt)
    // At connect(), and so a moment before its SYN was sent.
    case .active where openedAt != nil: ledger.end(number, .reuseConnect, at: openedAt)
    default: ledger.end(number, .unknown, at: nil)
    }
  }

  /// A connect() has failed. Where it has sent no SYN, it may have failed for the very mini socket
  /// (`tcp_twsk_unique`), which then is still there. A SYN that was sent is one unacknowledged byte.
  mutating func replaceInLedger(_ slot: UInt32, failed closed: Record.Closed, error: UInt16) {
    if error != 0 || closed.unacked == 1 { replaceInLedger(slot) }
  }

  /// The namespaces that are worth asking what they say of themselves.
  public var namespacesToAsk: [NamespaceName] { ledger.toAsk }

  /// Takes in what a namespace said before all records until now were taken in, and what it says
  /// after it; `nil` where it cannot be asked.
  public mutating func compare(
    _ name: NamespaceName, _ before: NamespaceFacts?, _ after: NamespaceFacts?
  ) {
    ledger.take(after, of: name)
    if let before, let after { ledger.compare(name, before, after) }
  }

  /// Whether a count differs from the kernel's now, and whether it has for so long that a scan is due.
  public var isDrifting: Bool { ledger.namespaces.values.contains { $0.drift != 0 } }
  public var hasDrifted: Bool { ledger.namespaces.values.contains { $0.hasDrifted } }

  mutating func tellTimeWaits(
    at readAt: UInt64, into sink: inout some FactSink & ~Copyable
  ) {
    guard followsTimeWaits else { return }
    ledger.expire(at: readAt)
    for var end in ledger.ended {
      let left = end.leftAt ?? losses.startedAt
      // Where a FIN has begun it, one before may not have been told.
      if let began = end.beganAt, began != left,
        losses.mayHaveMissedMini(in: left...max(left, began))
      {
        end.beganAt = nil
      }
      if !isSure(from: left, to: end.endedAt ?? readAt) || isDoubtful(end, since: left) {
        // What might have ended it before was not told, or not to be told.
        end.cause = .unknown
        end.endedAt = nil
      }
      sink.timeWaitEnded(end)
    }
    ledger.ended.removeAll(keepingCapacity: true)
  }

  /// Whether it may have gone by hand before what is said to have ended it.
  private func isDoubtful(_ end: TimeWaitEnd, since: UInt64) -> Bool {
    let endedAt = end.endedAt ?? .max
    return switch end.cause {
    case .timer: ledger.isDoubtful(in: end.netns, since: since, until: endedAt)
    case .syn, .reuseConnect: ledger.hasSurplus(in: end.netns, since: since, until: endedAt)
    case .rst, .netns, .unknown: false
    }
  }

  /// Whether a segment that reached a mini socket in this time would have been told.
  private func isSure(from: UInt64, to: UInt64) -> Bool {
    tiers.contains(.minis) && !losses.mayHaveMissedMini(in: from...max(from, to))
  }
}
