// SPDX-License-Identifier: Apache-2.0

/// Records in, facts out: tells the connections of a host apart and follows each to its end.
///
/// It has no clock and does no I/O: time is what the records and
/// ``settle(readAt:losses:countedAt:into:)`` say. Whatever the kernel tells, in whatever order and with
/// whatever missing, is data: what does not fit is counted, or makes a word unknown.
///
/// Taking in is here; `Tracker+Minis` is what goes on in mini sockets, `Tracker+Settle` the telling.
public struct Tracker: ~Copyable {
  /// Which socket carries which connection now.
  var slots = HashIndex()
  var connections = Slab<Connection>()
  var endings = Slab<Ending>()
  /// Connections that have ended and are not reported yet.
  var ended: [UInt32] = []
  var minis = MiniSockets()
  var listeners = Listeners()
  var ledger: TimeWaitLedger
  /// A second telling of a CLOSE must not be taken for the end of somebody unheard of.
  var recentlyClosed = RecentSockets()
  /// A RST, in or out, comes before the CLOSE that may be the first we hear of its connection.
  private var recentlyReset = RecentSockets()
  private var recentlyAborted = RecentSockets()
  private var lastID: UInt64 = 0

  var tiers: Tiers
  /// Until then, what another source has told may be told again; 0 where there was none.
  var seamEnd: UInt64 = 0
  let tick: UInt64
  let followsTimeWaits: Bool
  private let capacity: Int
  /// Scans so far, and connections that the last one has missed.
  var scans = 0
  var missed = 0
  /// Whether there was any connection when the last scan began.
  var hasOlder = false
  var losses: LossHistory

  /// State transitions that were taken in.
  public private(set) var transitions: UInt64 = 0
  /// Connections that were reported.
  public internal(set) var reported: UInt64 = 0
  /// Transitions that both instances told, of which the second was dropped.
  public private(set) var duplicates: UInt64 = 0
  /// Transitions of connections that the full table had no room for.
  public internal(set) var refused: UInt64 = 0
  /// Transitions that must have been, by what came before and after, and were not told; at least.
  public internal(set) var gaps: UInt64 = 0

  /// - Parameters:
  ///   - startedAt: when the programs were attached, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - tiers: which hooks are told of; without one, what it proves is not said.
  ///   - tick: nanoseconds of a jiffy.
  ///   - capacity: how many connections are followed at once; what is more is counted.
  ///   - followsTimeWaits: whether what is left in TIME_WAIT is followed as well, up to as many again.
  public init(
    startedAt: UInt64, tiers: Tiers, tick: UInt64 = 4_000_000, capacity: Int = 262_144,
    followsTimeWaits: Bool = false
  ) {
    self.tiers = tiers
    self.tick = tick
    self.capacity = capacity
    self.followsTimeWaits = followsTimeWaits && !tiers.contains(.statesOnly)
    ledger = TimeWaitLedger(tick: tick, capacity: capacity)
    losses = LossHistory(startedAt: startedAt)
  }

  /// Whether some connection has ended and waits to be reported.
  public var hasUnsettled: Bool { !ended.isEmpty }

  /// How many connections are followed now, those included that have ended and are still awaited.
  public var live: Int { connections.count }

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
    if isOfTheSeam(record, edge) { return }
    transitions += 1
    guard let slot = place(record, edge) else { return }
    connections.update(slot) { connection in
      Self.advance(&connection, endings: &endings, record, edge)
    }
    if edge.to == .closed {
      end(slot)
      if edge.from == .synSent, case .closed(_, let closed) = record.facts {
        replaceInLedger(slot, failed: closed, error: record.error)
      }
    } else if edge.to == .synRecv || edge.to == .established {
      forgetMini(under: slot)
      replaceInLedger(slot)
      if edge.from == .synRecv { learnListener(slot) }
    }
    sink.transition(connections[slot], edge, at: record.at)
  }

  /// A record that is no transition of a connection.
  private mutating func note(_ record: Record) {
    switch record.facts {
    case .mini(let mini, let segment): noteMini(record, mini, segment)
    case .resetReceived, .resetSent: noteReset(record)
    case .listening(let isOpen, let task):
      if isOpen {
        listeners.open(record, owner: task, isNew: true)
      } else {
        listeners.close(record)
      }
    case .taken(let source, let cgroup, let uid, let task):
      taken(record, source, cgroup: cgroup, uid: uid, task: task)
    case .found(let state, let cgroup, let uid, let task):
      found(record, state, cgroup: cgroup, uid: uid, task: task)
    case .foundMini(let mini): foundMini(record, mini)
    case .scanned(let address):
      if followsTimeWaits {
        ledger.note(NamespaceName(inode: record.netns, address: address), at: record.at)
      }
      endScan(of: record.netns, at: record.at)
    case .scanBegan: beginScan()
    case .scanEnded: finishScan()
    default: break
    }
  }

  /// Until somebody accepts it, a child is the listener's.
  private mutating func learnListener(_ slot: UInt32) {
    // Crossed SYNs need none.
    guard listeners.count > 0, connections[slot].open == .passive else { return }
    let owner = listeners.owner(of: connections[slot])
    connections.update(slot) { $0.learnOwner(owner, .listener) }
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
    case .told(_, _, let task):
      advance(&connection, endings: &endings, edge, task: task, at: record.at)
    case .step(_, _, let stamp, let unsent):
      endings.update(connection.endingSlot(in: &endings)) {
        $0.step(edge, stamp: stamp, unsent: unsent, at: record.at)
      }
    case .shut(_, _, let shut):
      connection.learnOwner(shut.task, .close)
      endings.update(connection.endingSlot(in: &endings)) {
        $0.shut(edge, shut, record: record)
      }
    case .closed(let from, let closed):
      if record.error != Errno.connectionAborted { connection.learnOwner(closed.task, .close) }
      // Until accept() a child has its listener's (`sock_graft`).
      if connection.open != .active { connection.uid = closed.uid }
      connection.traits.insert(.hasIdentity)
      if from == .synSent || from == .synRecv, connection.establishedAt == 0 {
        connection.handshakeRetrans = closed.totalRetrans
        connection.traits.insert(.hasHandshake)
        connection.rttUnknown = .noSample
      }
      endings.update(connection.endingSlot(in: &endings)) {
        $0.close(from: from, closed, record: record)
      }
    default:
      break
    }
  }

  /// The same of a transition that is told by its states alone.
  private static func advance(
    _ connection: inout Connection, endings: inout Slab<Ending>, _ edge: Edge, task: Process,
    at: UInt64
  ) {
    switch (edge.from, edge.to) {
    case (.closed, _): connection.open(.active, task: task, at: at)
    case (.listen, _): connection.open(.passive, task: .none, at: at)
    case (_, .established): connection.establish(from: edge.from, at: at)
    case (_, .synRecv): connection.cross(at: at)
    case (let from, .closed):
      endings.update(connection.endingSlot(in: &endings)) { $0.close(from: from, at: at) }
    default:
      // Where shutdown() came before the handshake's end, a packet makes it (6.9).
      let isCall = connection.establishedAt == 0 || !connection.mayHaveBeenShutBefore(at)
      let task = isCall ? task : .none
      connection.learnOwner(task, .close)
      endings.update(connection.endingSlot(in: &endings)) { $0.tell(edge, task: task, at: at) }
    }
  }

  func hash(_ socket: UInt64) -> UInt64 { slots.hash(socket) }

  /// The connection that a socket carries, or carried last.
  func slot(of socket: UInt64) -> UInt32? {
    slots.find(slots.hash(socket)) { connections[$0].socket == socket }
  }

  /// Finds the connection that a record is about, or begins one. `nil` where the table is full.
  private mutating func place(_ record: Record, _ edge: Edge) -> UInt32? {
    let isOpening = edge.from == .closed || edge.from == .listen
    if let slot = slot(of: record.socket) {
      let connection = connections[slot]
      if !isOpening, connection.continues(with: record, edge) {
        // A scan may have read the state while it was being changed.
        let isFresh = connection.foundAt != 0 && connection.lastEdge.from == connection.state
        if edge.from != connection.state, !isFresh { gaps += 1 }
        return slot
      }
      // The end of the last connection of this socket was not told.
      if connection.state != .closed {
        gaps += 1
        ended.append(slot)
      }
      slots.remove(hash(record.socket)) { $0 == slot }
    }
    guard let slot = begin(record, edge) else { return nil }
    if !isOpening {
      let isReset = recentlyReset.contains(record.socket, at: record.at)
      let isAborted =
        edge.to == .closed && recentlyAborted.contains(record.socket, at: record.at)
      connections.update(slot) { connection in
        connection.begin(amid: record, edge, tiers)
        guard isReset || isAborted else { return }
        endings.update(connection.endingSlot(in: &endings)) {
          $0.resetReceived = isReset
          $0.resetDecided = isAborted
        }
      }
    }
    return slot
  }

  /// Makes room for a connection. `nil` where the table is full.
  mutating func begin(_ record: Record, _ edge: Edge) -> UInt32? {
    guard connections.count < capacity else {
      refused += 1
      // What comes of it later must not look as if it had always been there.
      losses.addTransition(at: record.at)
      return nil
    }
    lastID += 1
    let slot = connections.insert(Connection(id: lastID, record: record, edge: edge))
    slots.insert(hash(record.socket), slot)
    return slot
  }

  private mutating func noteReset(_ record: Record) {
    guard let slot = slot(of: record.socket) else {
      switch record.facts {
      case .resetReceived: recentlyReset.add(record.socket, at: record.at)
      case .resetSent(isAnswer: false)
      // That of close() comes after its CLOSE.
      where !recentlyClosed.contains(record.socket, at: record.at):
        recentlyAborted.add(record.socket, at: record.at)
      default: break
      }
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
    // What looked like a mini socket's beginning was the end.
    let connection = connections[slot]
    if connection.state == .closed, !endings[connection.ending].leavesMini {
      releaseMini(of: slot)
      leaveLedger(slot)
    }
  }

  /// An interrupt between the two instances makes the second speak though the first had: the same
  /// socket, the same transition, nothing between. No transition comes twice in a row by itself.
  private func isDuplicate(_ record: Record, _ edge: Edge) -> Bool {
    guard record.flags.contains(.second) else { return false }
    guard let slot = slot(of: record.socket) else {
      return edge.to == .closed && recentlyClosed.contains(record.socket, at: record.at)
    }
    let connection = connections[slot]
    return connection.lastEdge == edge && !connection.traits.contains(.lastWasSecond)
  }
}
