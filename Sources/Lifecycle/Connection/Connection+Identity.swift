// SPDX-License-Identifier: Apache-2.0

/// Which records are one connection's: the socket alone does not say, for it is used again.
extension Connection {
  var key: MiniSockets.Key { MiniSockets.Key(tuple: tuple, netns: netns) }

  var lastEdge: Edge { Edge(from: previousState, to: state) }

  /// Whether a record can be this connection's next, with others lost between or not.
  func continues(with record: Record, _ edge: Edge) -> Bool {
    if state == .closed { return false }
    guard edge.from == state || state.canReach(edge.from) else { return false }
    // Before its port is chosen a connection has none, and before Linux 6.15 a child has no peer.
    if tuple.localPort != 0, record.tuple.localPort != tuple.localPort { return false }
    if tuple.remotePort != 0, record.tuple.remotePort != tuple.remotePort { return false }
    return tuple.remotePort == 0 || record.tuple.remote == tuple.remote
  }

  /// Whether a record that is no transition is about this connection, and not about another one of
  /// its socket's.
  func isOf(_ record: Record) -> Bool {
    if tuple.localPort != 0, record.tuple.localPort != tuple.localPort { return false }
    return tuple.remotePort == 0
      || record.tuple.remotePort == tuple.remotePort && record.tuple.remote == tuple.remote
  }

  /// Takes over what every record carries.
  mutating func adopt(_ record: Record, _ edge: Edge) {
    previousState = edge.from
    state = edge.to
    traits.insert(.seen)
    traits.remove(.missed)
    if edge == Edge(from: .synRecv, to: .finWait1) { traits.insert(.leftSynRecv) }
    if record.flags.contains(.second) {
      traits.insert(.lastWasSecond)
    } else {
      traits.remove(.lastWasSecond)
    }
    // Complete from ESTABLISHED on; before, a port or an address may come later.
    if tuple.localPort == 0 || tuple.remotePort == 0 || edge.to == .established {
      tuple = record.tuple
    }
  }

  /// Begins with a record that is no open: what was before was not told.
  mutating func begin(amid record: Record, _ edge: Edge, _ tiers: Tiers) {
    switch edge.from {
    case .synSent: open = .active
    case .synRecv where tiers.contains(.statesOnly):
      // Nothing tells a child from a socket whose SYN met another before it was told of.
      guard tiers.contains(.withoutListeners) else { break }
      open = .passive
      traits.insert(.fromSynRecv)
    // A child has no struct socket before it is accepted; a socket whose SYN crossed another has.
    case .synRecv where !record.flags.contains(.hasSocket): open = .passive
    default: open = .existing
    }
  }

  /// Whether a shutdown() that was made before the handshake's end may be carried out only now, by the packet
  /// that ends it (`tcp_rcv_state_process`, since 6.9 and in older stable kernels), whatever task it met.
  func mayHaveBeenShutBefore(_ at: UInt64) -> Bool {
    guard previousState == .established, open != .active else { return false }
    return crossedAt != 0 || at &- establishedAt < 100_000
  }

  /// Takes back what a lost record may have made wrong.
  mutating func forgetWhatLossesHide(_ doubt: Doubt) {
    if open == .existing, doubt.contains(.beginning) { open = nil }
    // Perhaps its SYN met another, and that was told before.
    if traits.contains(.fromSynRecv), doubt.contains(.beginning) { open = nil }
    if open == .active, establishedAt == 0, previousState != .synSent || state != .closed,
      doubt.contains(.transitions)
    {
      // Perhaps its SYN met another.
      open = nil
    }
    if openedAt != 0, establishedAt != 0, doubt.contains(.handshake) {
      // The open may be another's: a socket that carries several connections, one end of which was
      // lost together with the next open.
      openedAt = 0
    }
  }

  /// Whether the handshake may never have ended: it was closed first, and our FIN, which would end it,
  /// was not acknowledged.
  func mayBeUnfinished(in state: TCPState, _ doubt: Doubt) -> Bool {
    guard state == .finWait1, establishedAt == 0 else { return false }
    return openedAt != 0 || traits.contains(.leftSynRecv) || doubt.contains(.beginning)
  }

  /// The first to be seen is kept: whoever holds it later may have been given it. Only a listener's
  /// owner stands for somebody else.
  mutating func learnOwner(_ task: Process, _ source: OwnerSource) {
    guard task.isKnown, !owner.isKnown || ownerSource == .listener && source != .listener else {
      return
    }
    owner = task
    ownerSource = source
  }

  /// The number of this connection's ``Ending``, which is made where there is none yet.
  mutating func endingSlot(in endings: inout Slab<Ending>) -> UInt32 {
    if ending == 0 { ending = endings.insert(Ending()) }
    return ending
  }

  /// A child that was dropped before its handshake ended, and that no process ever saw, never was a
  /// connection (`inet_ehash_nolisten`).
  var isStillborn: Bool {
    open == .passive && state == .closed && previousState == .synRecv
      && (!owner.isKnown || ownerSource == .listener)
  }

  /// When the first record of this connection was made.
  func firstSeenAt(_ ending: Ending?) -> UInt64 {
    for time in [openedAt, foundAt, crossedAt, establishedAt] where time != 0 { return time }
    guard let ending else { return 0 }
    return ending.entered.count > 0 ? ending.entered[0].at : ending.closedAt
  }
}
