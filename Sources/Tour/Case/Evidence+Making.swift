// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

extension Evidence {
  /// Puts together what was seen of a case.
  ///
  /// - Parameters:
  ///   - waiting: what the tracer follows of mini sockets in these namespaces.
  ///   - tick: nanoseconds of a jiffy.
  package init(
    _ link: Link, _ log: Log, _ told: Told, waiting: [TimeWaitForecast], tick: UInt64,
    tiers: Tiers, lost: UInt64
  ) {
    kind = link.kind
    segments = link.seesPackets ? [Segment](link.packets) : nil
    let sides = Sides(link, told)
    ends = told.ends.compactMap { end in
      guard let (side, ports) = sides.place(of: end.connection) else { return nil }
      return End(side: side, ports: ports, end: end)
    }
    let ended = Dictionary(ends.map { ($0.end.connection.id, $0.end) }) { $1 }
    steps = told.steps.compactMap { step in
      guard let (side, ports) = sides.place(of: step.connection) else { return nil }
      return Step(
        side: side, ports: ports, connection: step.connection, edge: step.edge, at: step.at,
        entered: ended[step.connection.id].map { $0.word(for: step) } ?? "\(step.edge.to.name)")
    }
    for end in ends {
      guard let late = end.lateStep else { continue }
      let index = steps.firstIndex { $0.at > late.at } ?? steps.endIndex
      steps.insert(late, at: index)
    }
    if link.isShared {
      let followed = Set(log.followed)
      segments?.removeAll { !followed.contains($0.ports) }
      ends.removeAll { !followed.contains($0.ports) }
      steps.removeAll { !followed.contains($0.ports) }
    }
    timeWaits = link.isShared ? [] : told.timeWaits
    self.waiting = link.isShared ? [] : waiting
    self.tick = tick
    marks = log.marks
    facts = log.facts
    meters = log.meters
    hosts = Side.allCases.map {
      HostName(side: $0, address: link.address($0), netns: link.host($0).inode)
    }
    self.tiers = tiers
    self.lost = lost
  }
}

/// Which side an end is, and between which ports.
private struct Sides {
  private let link: Link
  /// A connection's ports are whole at ESTABLISHED; before, one may be missing.
  private var tuples: [UInt64: Tuple] = [:]

  init(_ link: Link, _ told: Told) {
    self.link = link
    for step in told.steps { tuples[step.connection.id] = step.connection.tuple }
    for end in told.ends { tuples[end.connection.id] = end.connection.tuple }
  }

  func place(of connection: Connection) -> (Side, Ports)? {
    let tuple = tuples[connection.id] ?? connection.tuple
    let side: Side
    switch link.kind {
    case .wire: side = UInt64(connection.netns) == link.client.inode ? .client : .server
    case .loopback: side = connection.open == .passive ? .server : .client
    }
    return side == .client
      ? (side, Ports(client: tuple.localPort, server: tuple.remotePort))
      : (side, Ports(client: tuple.remotePort, server: tuple.localPort))
  }
}

extension ConnectionEnd {
  /// What the state is to be called that a transition entered. The kernel says CLOSE where the socket goes
  /// and a mini socket begins.
  fileprivate func word(for step: Told.Step) -> String {
    guard step.edge.to == .closed, let ending, step.at == ending.closedAt else {
      return "\(step.edge.to.name)"
    }
    if verdict.via == .finWait2Mini || verdict.endsIn == .finWait2Mini
      || verdict.close == .orphanTimeout
    {
      return "(no socket)"
    }
    return "\((verdict.endsIn ?? .closed).name)"
  }
}

extension Evidence.End {
  /// The beginning of a TIME_WAIT in a mini socket, which no transition tells.
  fileprivate var lateStep: Evidence.Step? {
    guard let ending = end.ending, end.verdict.via == .finWait2Mini,
      ending.endedAt != ending.closedAt, let last = end.verdict.endsIn
    else { return nil }
    return Evidence.Step(
      side: side, ports: ports, connection: end.connection,
      edge: Edge(from: .finWait2, to: .timeWait), at: ending.endedAt, entered: "\(last.name)")
  }
}
