// SPDX-License-Identifier: Apache-2.0

/// Records in, facts out: tells the connections of a host apart and follows each to its end.
///
/// It has no clock and does no I/O: time is what the records and ``settle(readAt:losses:countedAt:into:)`` say.
/// Whatever the kernel tells, in whatever order and with whatever missing, is data: what does not
/// fit is counted, or makes a word unknown.
public struct Tracker: ~Copyable {
  /// Which socket carries which connection now.
  private var slots: [UInt64: UInt32] = [:]
  private var connections = Slab<Connection>()
  private var endings = Slab<Ending>()
  /// Connections that have ended and are not reported yet.
  private var ended: [UInt32] = []
  private var minis = MiniSockets()
  /// A second telling of a CLOSE must not be taken for the end of somebody unheard of.
  private var recentlyClosed = RecentSockets()
  /// A RST comes before the CLOSE that may be the first we hear of its connection.
  private var recentlyReset = RecentSockets()
  private var lastID: UInt64 = 0

  private let startedAt: UInt64
  private let tiers: Tiers
  private let tick: UInt64
  private let capacity: Int
  private var seen = Losses()
  private var countedAt: UInt64
  private var transitionsLost = LossWindows()
  private var resetsLost = LossWindows()
  private var minisLost = LossWindows()

  /// State transitions that were taken in.
  public private(set) var transitions: UInt64 = 0
  /// Connections that were reported.
  public private(set) var reported: UInt64 = 0
  /// Transitions that both instances told, of which the second was dropped.
  public private(set) var duplicates: UInt64 = 0
  /// Connections that the full table had no room for.
  public private(set) var refused: UInt64 = 0

  /// A RST that renames an end follows it by some 10 µs; a preempted task may let it wait.
  private static let resetGrace: UInt64 = 50_000_000

  /// - Parameters:
  ///   - startedAt: when the programs were attached, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - tiers: which hooks are told of; without one, what it proves is not said.
  ///   - tick: nanoseconds of a jiffy.
  ///   - capacity: how many connections are followed at once; what is more is counted.
  public init(
    startedAt: UInt64, tiers: Tiers, tick: UInt64 = 4_000_000, capacity: Int = 262_144
  ) {
    self.startedAt = startedAt
    self.tiers = tiers
    self.tick = tick
    self.capacity = capacity
    self.countedAt = startedAt
  }

  /// Whether some connection has ended and waits to be reported.
  public var hasUnsettled: Bool { !ended.isEmpty }

  /// How many connections are followed now.
  public var live: Int { slots.count }

  // MARK: Taking in

  /// Takes in one record. Transitions go to `sink` at once, ends with the next `settle`.
  public mutating func apply(_ record: Record, into sink: inout some FactSink & ~Copyable) {
    guard let edge = record.edge else {
      note(record)
      return
    }
    if isDuplicate(record, edge) {
      duplicates += 1
      return
    }
    transitions += 1
    guard let slot = place(record, edge) else { return }
    connections.update(slot) { connection in
      Self.advance(&connection, endings: &endings, record, edge)
    }
    if edge.to == .closed {
      end(slot)
    } else if edge.to == .synRecv || edge.to == .established {
      forgetMini(under: slot)
    }
    sink.transition(connections[slot], edge, at: record.at)
  }

  private static func advance(
    _ connection: inout Connection, endings: inout Slab<Ending>, _ record: Record, _ edge: Edge
  ) {
    connection.adopt(record, edge)
    switch record.facts {
    case .openedActively(let cgroup, let uid, let task):
      connection.open(.active, cgroup: cgroup, uid: uid, task: task, at: record.at)
    case .openedPassively(let cgroup, let uid):
      connection.open(.passive, cgroup: cgroup, uid: uid, task: .none, at: record.at)
    case .established(let from, let handshake):
      connection.establish(handshake, from: from, at: record.at)
    case .step(_, .synRecv, _, _):
      connection.cross(at: record.at)
    case .step(_, _, let stamp, let unsent):
      endings.update(connection.endingSlot(in: &endings)) {
        $0.step(edge, stamp: stamp, unsent: unsent, at: record.at)
      }
    case .shut(_, _, let lag, _, let task):
      connection.learnOwner(task)
      endings.update(connection.endingSlot(in: &endings)) {
        $0.shut(edge, lag: lag, task: task, record: record)
      }
    case .closed(let from, let closed):
      if record.error != Errno.connectionAborted { connection.learnOwner(closed.task) }
      if !connection.traits.contains(.hasIdentity) {
        connection.uid = closed.uid
        connection.traits.insert(.hasIdentity)
      }
      if from == .synSent || from == .synRecv, connection.establishedAt == 0 {
        connection.handshakeRetrans = closed.totalRetrans
        connection.rttUnknown = .noSample
      }
      endings.update(connection.endingSlot(in: &endings)) {
        $0.close(from: from, closed, record: record)
      }
    case .resetReceived, .resetSent, .mini:
      break
    }
  }

  /// Finds the connection that a record is about, or begins one. `nil` where the table is full.
  private mutating func place(_ record: Record, _ edge: Edge) -> UInt32? {
    let isOpening = edge.from == .closed || edge.from == .listen
    if let slot = slots[record.socket] {
      let connection = connections[slot]
      if !isOpening, connection.continues(with: record, edge) { return slot }
      // The end of the last connection of this socket was not told.
      if connection.state != .closed { ended.append(slot) }
    } else if slots.count >= capacity {
      refused += 1
      // What comes of it later must not look as if it had always been there.
      transitionsLost.add(record.at...record.at)
      return nil
    }
    lastID += 1
    let slot = connections.insert(Connection(id: lastID, record: record, edge: edge))
    slots[record.socket] = slot
    if !isOpening {
      let isReset = recentlyReset.contains(record.socket, at: record.at)
      connections.update(slot) { connection in
        connection.begin(amid: record, edge)
        if isReset {
          endings.update(connection.endingSlot(in: &endings)) { $0.resetReceived = true }
        }
      }
    }
    return slot
  }

  /// A connection has come to CLOSE. One that leaves a mini socket is awaited, where that is told of.
  private mutating func end(_ slot: UInt32) {
    let connection = connections[slot]
    let ending = endings[connection.ending]
    guard tiers.contains(.minis), ending.leavesMini else {
      ended.append(slot)
      return
    }
    // The timer wheel fires late by up to an eighth; and a second for whatever keeps it from firing.
    let life = UInt64(ending.closed.finTime) * tick
    let deadline = ending.closedAt + life + life / 8 + 1_000_000_000
    if let other = minis.add(connection.key, slot: slot, until: deadline) {
      conclude(other, .expired, at: ending.closedAt)
    }
  }

  /// The same addresses in use again are proof that the mini socket is gone.
  private mutating func forgetMini(under slot: UInt32) {
    if minis.isEmpty { return }
    let connection = connections[slot]
    if let other = minis.remove(connection.key) {
      conclude(other, .expired, at: max(connection.establishedAt, connection.openedAt))
    }
  }

  private mutating func conclude(_ slot: UInt32, _ outcome: MiniOutcome, at: UInt64) {
    endings.update(connections[slot].ending) {
      $0.mini = outcome
      $0.miniAt = at
    }
    ended.append(slot)
  }

  /// A record that is no transition.
  private mutating func note(_ record: Record) {
    if case .mini(let substate, let isGone, let hasRST) = record.facts {
      let key = MiniSockets.Key(tuple: record.tuple, netns: record.netns)
      guard let slot = minis.slot(for: key) else { return }
      // What neither moved it on nor ended it, as a duplicate ACK, is nothing.
      guard isGone || substate == .timeWait else { return }
      _ = minis.remove(key)
      conclude(slot, isGone ? (hasRST ? .reset : .data) : .fin, at: record.at)
      return
    }
    noteReset(record)
  }

  private mutating func noteReset(_ record: Record) {
    guard let slot = slots[record.socket] else {
      if case .resetReceived = record.facts { recentlyReset.add(record.socket, at: record.at) }
      return
    }
    connections.update(slot) { connection in
      let isClosed = connection.state == .closed
      endings.update(connection.endingSlot(in: &endings)) { ending in
        switch record.facts {
        case .resetReceived: if !isClosed { ending.resetReceived = true }
        case .resetSent(let isAnswer): ending.reset(isAnswer: isAnswer)
        default: break
        }
      }
    }
  }

  /// An interrupt between the two instances makes the second speak though the first had: the same
  /// socket, the same transition, nothing between. No transition comes twice in a row by itself.
  private func isDuplicate(_ record: Record, _ edge: Edge) -> Bool {
    guard record.flags.contains(.second) else { return false }
    guard let slot = slots[record.socket] else {
      return edge.to == .closed && recentlyClosed.contains(record.socket, at: record.at)
    }
    let connection = connections[slot]
    return connection.lastEdge == edge && !connection.traits.contains(.lastWasSecond)
  }

  // MARK: Telling

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
    note(losses, until: countedAt)
    for slot in minis.removeExpired(at: readAt) { conclude(slot, .expired, at: readAt) }
    guard !ended.isEmpty else { return }
    let due = ended
    ended.removeAll(keepingCapacity: true)
    for slot in due {
      let connection = connections[slot]
      let isCurrent = slots[connection.socket] == slot
      let ending = connection.ending == 0 ? nil : endings[connection.ending]
      if isCurrent, let ending, ending.awaitsReset, readAt < ending.closedAt + Self.resetGrace {
        ended.append(slot)
        continue
      }
      let isSuperseded = connection.state != .closed
      report(connection, ending, isSuperseded: isSuperseded, at: countedAt, into: &sink)
      recentlyClosed.add(connection.socket, at: ending?.closedAt ?? readAt)
      if isCurrent { slots[connection.socket] = nil }
      if connection.ending != 0 { endings.remove(connection.ending) }
      connections.remove(slot)
    }
  }

  /// Reports everything that is still known, at the end of a run.
  public mutating func finish(
    at now: UInt64, losses: Losses, into sink: inout some FactSink & ~Copyable
  ) {
    // Those that still wait for the peer are left at that.
    ended += minis.removeAll()
    settle(readAt: now &+ Self.resetGrace, losses: losses, countedAt: now, into: &sink)
    let open = slots.values.map { connections[$0] }.sorted { $0.id < $1.id }
    for connection in open {
      let ending = connection.ending == 0 ? nil : endings[connection.ending]
      report(connection, ending, at: now, into: &sink)
    }
    slots.removeAll()
  }

  private mutating func note(_ losses: Losses, until now: UInt64) {
    // The span begins at the last look: a record lost since may have been due at any time in it.
    let span = min(countedAt, now)...now
    if losses.transitions != seen.transitions { transitionsLost.add(span) }
    if losses.resets != seen.resets { resetsLost.add(span) }
    if losses.minis != seen.minis { minisLost.add(span) }
    seen = losses
    countedAt = now
  }

  private mutating func report(
    _ connection: Connection, _ ending: Ending?, isSuperseded: Bool = false, at now: UInt64,
    into sink: inout some FactSink & ~Copyable
  ) {
    if connection.isStillborn { return }
    var connection = connection
    let doubt = doubt(about: connection, ending, isSuperseded: isSuperseded, at: now)
    connection.forgetWhatLossesHide(doubt)
    let verdict = Verdict(connection, ending, doubt: doubt)
    sink.finished(ConnectionEnd(connection: connection, ending: ending, verdict: verdict))
    reported += 1
  }

  /// What may be missing of a connection's records.
  private func doubt(
    about connection: Connection, _ ending: Ending?, isSuperseded: Bool, at now: UInt64
  ) -> Doubt {
    let first = connection.firstSeenAt(ending)
    // What was seen of it first may not have been the first: its RST, or its open.
    let start = connection.openedAt == 0 ? first - min(first, RecentSockets.span) : first
    var end = now
    if let ending, ending.isClosed, !ending.awaitsReset, !ending.leavesMini {
      end = ending.closedAt
    }
    let life = start...max(start, end)
    var doubt: Doubt = []
    if isSuperseded || transitionsLost.touch(life) { doubt.insert(.transitions) }
    if !tiers.contains(.resets) || resetsLost.touch(life) { doubt.insert(.resets) }
    if minisLost.touch(life) { doubt.insert(.minis) }
    if transitionsLost.touch(min(startedAt, first)...first) { doubt.insert(.beginning) }
    let established = max(first, connection.establishedAt)
    if transitionsLost.touch(first...established) { doubt.insert(.handshake) }
    return doubt
  }
}

extension Losses {
  var transitions: UInt64 { ring.transitions + guarded.transitions + malformed }
  var resets: UInt64 { ring.resets + guarded.resets + malformed }
  var minis: UInt64 { ring.minis + guarded.minis + malformed }
}
