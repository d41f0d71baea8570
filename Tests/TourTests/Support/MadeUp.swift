// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle
@testable import Tour

/// Evidence that nobody has gathered: what is told of it is known before.
struct MadeUp {
  var evidence = Evidence(
    kind: .wire, segments: [], steps: [], ends: [], timeWaits: [], waiting: [],
    tick: 4_000_000, marks: [], facts: [], meters: [],
    hosts: Side.allCases.map { Evidence.HostName(side: $0, address: $0.address, netns: 1) },
    tiers: .all, lost: 0)
  private var packets: [Transit] = []
  /// Microseconds.
  var clock: UInt64 = 1_000

  static let ports = Ports(client: 40_000, server: 80)
  static let clientISN: UInt32 = 4_294_967_295
  static let serverISN: UInt32 = 7_000

  /// A segment whose numbers are counted from the initial ones, 10 µs after what was before.
  mutating func send(
    _ flags: Packet.Flags, from side: Side, _ sequence: UInt32 = 0, ack: UInt32 = 0,
    bytes: Int = 0, fate: Relay.Fate? = nil, deliveredAfter: [UInt64] = [1], isForged: Bool = false
  ) {
    clock += 10
    let (own, other) =
      side == .client ? (Self.clientISN, Self.serverISN) : (Self.serverISN, Self.clientISN)
    let packet = Forgery.segment(
      from: side, ports: (Self.ports.own(side), Self.ports.own(side.other)),
      sequence: own &+ sequence, acknowledgment: flags.contains(.ack) ? other &+ ack : 0,
      flags: flags, payload: [UInt8](repeating: 0, count: bytes))
    var transit = Transit(from: side, packet, takenAt: isForged ? nil : clock * 1_000)
    transit.fate = fate
    transit.deliveredAt = deliveredAfter.map { (clock + $0) * 1_000 }
    packets.append(transit)
    evidence.segments = [Segment](packets)
  }

  /// A state that one end enters, 5 µs after what was before.
  mutating func enter(_ side: Side, _ from: TCPState, _ to: TCPState, as name: String? = nil) {
    clock += 5
    evidence.steps.append(
      Evidence.Step(
        side: side, ports: Self.ports, connection: Self.connection(side),
        edge: Edge(from: from, to: to), at: clock * 1_000, entered: name ?? "\(to.name)"))
  }

  mutating func mark(_ side: Side?, _ text: String) {
    clock += 5
    evidence.marks.append(Mark(at: clock * 1_000, side: side, text: text))
  }

  mutating func end(_ side: Side, _ change: (inout Verdict) -> Void) {
    var verdict = Verdict()
    verdict.openResult = .established
    change(&verdict)
    evidence.ends.append(
      Evidence.End(
        side: side, ports: Self.ports,
        end: ConnectionEnd(connection: Self.connection(side), ending: nil, verdict: verdict)))
  }

  /// The three legs of a handshake, and the states of it.
  mutating func open() {
    enter(.client, .closed, .synSent)
    send(.syn, from: .client)
    send([.syn, .ack], from: .server, ack: 1)
    enter(.client, .synSent, .established)
    send(.ack, from: .client, 1, ack: 1)
    enter(.server, .listen, .synRecv)
    enter(.server, .synRecv, .established)
  }

  static func connection(_ side: Side) -> Connection {
    let tuple = Tuple(
      local: side.address, localPort: ports.own(side), remote: side.other.address,
      remotePort: ports.own(side.other))
    let isClient = side == .client
    let record = Record(
      socket: isClient ? 1 : 2, at: 1_000, tuple: tuple, netns: 1, flags: [],
      facts: isClient
        ? .openedActively(cgroup: 0, uid: 0, task: .none) : .openedPassively(cgroup: 0, uid: 0))
    var connection = Connection(
      id: isClient ? 1 : 2, record: record,
      edge: Edge(from: isClient ? .closed : .listen, to: isClient ? .synSent : .synRecv))
    connection.open = isClient ? .active : .passive
    return connection
  }
}

/// The ladder as it is shown, without the time.
func drawn(_ evidence: Evidence, _ numbers: Case.Numbers = .relative) -> [String] {
  lines { $0.append(Ladder(evidence, numbers)) }.map { String($0.dropFirst(10)) }
}
