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
    ledger.add(
      connection.key, id: connection.id, beganAt: isTimeWait ? ending.closedAt : 0,
      fires: TimerWheel.fires(expires: closed.jiffies + life, now: closed.jiffies),
      isTimeWait: isTimeWait, isIPv6: connection.traits.contains(.ipv6),
      owner: ending.closer.process.isKnown ? ending.closer.process : connection.owner,
      address: closed.net)
  }

  /// A segment has been worked on by a mini socket.
  mutating func updateLedger(_ record: Record, _ mini: Record.Mini, _ segment: Record.Segment) {
    guard followsTimeWaits else { return }
    ledger.clock.note(mini.jiffies, at: record.at)
    let key = MiniSockets.Key(tuple: record.tuple, netns: record.netns)
    guard let number = ledger.find(key) else {
      // Not before its CLOSE, which is told on another processor: a later segment, or a scan.
      return
    }
    if segment.isGone {
      ledger.end(number, segment.hasRST ? .rst : .unknown, at: record.at)
    } else {
      take(mini, number, at: record.at)
    }
  }

  private mutating func take(_ mini: Record.Mini, _ number: UInt32, at: UInt64) {
    let entry = ledger.entries[number]
    if mini.substate == .timeWait, !entry.isTimeWait {
      ledger.entries.update(number) {
        $0.isTimeWait = true
        $0.beganAt = at
      }
    }
    // In FIN_WAIT2 a segment moves nothing.
    guard mini.substate == .timeWait else { return }
    let fires = ledger.clock.fires(mini)
    if fires != entry.fires { ledger.restart(number, fires: fires) }
  }

  /// A scan has found a mini socket.
  mutating func foundMini(_ record: Record, _ mini: Record.Mini) {
    guard followsTimeWaits else { return }
    ledger.clock.note(mini.jiffies, at: record.at)
    let key = MiniSockets.Key(tuple: record.tuple, netns: record.netns)
    if let number = ledger.find(key) {
      take(mini, number, at: 0)
      ledger.entries.update(number) { $0.isSeen = true }
      return
    }
    ledger.add(
      key, id: 0, beganAt: 0,
      fires: ledger.clock.fires(mini),
      isTimeWait: mini.substate == .timeWait, isIPv6: record.flags.contains(.ipv6), owner: .none,
      address: mini.net, expires: mini.expires)
  }

  /// The same addresses are in use again: the kernel has taken the mini socket away for it.
  mutating func replaceInLedger(_ slot: UInt32) {
    guard followsTimeWaits, ledger.count > 0 else { return }
    let connection = connections[slot]
    guard let number = ledger.find(connection.key) else { return }
    switch connection.open {
    case .passive: ledger.end(number, .syn, at: connection.openedAt)
    // At connect(), and so a moment before its SYN was sent.
    case .active where connection.openedAt != 0:
      ledger.end(number, .reuseConnect, at: connection.openedAt)
    default: ledger.end(number, .unknown, at: nil)
    }
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
      let began = end.beganAt ?? losses.startedAt
      let isSure =
        isSure(from: began, to: end.endedAt ?? readAt)
        && !ledger.isDoubtful(in: end.netns, since: began)
      if end.cause == .timer, !isSure {
        // What might have ended it before was not told, or not to be told.
        end.cause = .unknown
        end.endedAt = nil
      }
      sink.timeWaitEnded(end)
    }
    ledger.ended.removeAll(keepingCapacity: true)
  }

  /// Whether a segment that reached a mini socket in this time would have been told.
  private func isSure(from: UInt64, to: UInt64) -> Bool {
    tiers.contains(.minis) && !losses.mayHaveMissedMini(in: from...max(from, to))
  }
}
