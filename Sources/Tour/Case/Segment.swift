// SPDX-License-Identifier: Apache-2.0

/// A TCP segment as the wire saw it.
package struct Segment: Sendable {
  package let from: Side
  package let ports: Ports
  package let packet: Packet
  /// When it was taken from its sender, or forged.
  package let at: UInt64
  /// When each copy was given to its receiver.
  package let deliveredAt: [UInt64]
  package let fate: Fate
  /// Of its sender; `nil` where it was not seen.
  package let isn: UInt32?
  /// Of its receiver.
  package let peerISN: UInt32?

  package enum Fate: Sendable {
    case delivered
    /// On purpose.
    case lost
    /// Delivered later, or not yet.
    case held
    /// The wire took its time.
    case delayed
    /// Nobody sent it.
    case forged

    package var word: StaticString {
      switch self {
      case .delivered: "delivered"
      case .lost: "lost"
      case .held: "held"
      case .delayed: "delayed"
      case .forged: "forged"
      }
    }
  }

  package init(
    from side: Side, ports: Ports, packet: Packet, at: UInt64, deliveredAt: [UInt64],
    fate: Fate, isn: UInt32?, peerISN: UInt32?
  ) {
    (from, self.ports, self.packet, self.at) = (side, ports, packet, at)
    (self.deliveredAt, self.fate, self.isn, self.peerISN) = (deliveredAt, fate, isn, peerISN)
  }
}

extension Segment {
  package var isSYN: Bool { packet.flags.contains(.syn) && !packet.flags.contains(.ack) }
  package var isSYNACK: Bool { packet.flags.isSuperset(of: [.syn, .ack]) }
  package var isFIN: Bool { packet.flags.contains(.fin) }
  package var isRST: Bool { packet.flags.contains(.rst) }
  package var hasData: Bool { packet.length > 0 }
  /// Nothing but an acknowledgment.
  package var isBareACK: Bool {
    packet.flags.contains(.ack) && packet.flags.isDisjoint(with: [.syn, .fin, .rst]) && !hasData
  }
  package var isForged: Bool { fate == .forged }
  package var wasDelivered: Bool { !deliveredAt.isEmpty }

  /// Whether it acknowledges all of another, of the other side.
  package func acknowledges(_ other: Segment) -> Bool {
    packet.flags.contains(.ack) && from != other.from && ports == other.ports
      && !isBefore(packet.acknowledgment, other.packet.end)
  }

  /// Counted from the sender's initial number on; `nil` where that is not known.
  package var sequence: UInt32? { isn.map { packet.sequence &- $0 } }
  /// Counted from the receiver's; `nil` where that is not known, or nothing is acknowledged.
  package var acknowledgment: UInt32? {
    guard packet.flags.contains(.ack) else { return nil }
    return peerISN.map { packet.acknowledgment &- $0 }
  }
}

extension [Segment] {
  /// The segments among packets, in order, with the initial numbers of their connections: those of the
  /// latest SYN of each side that was really sent.
  package init(_ packets: [Transit]) {
    var numbers: [Ports: (client: UInt32?, server: UInt32?)] = [:]
    self = packets.compactMap { transit -> Segment? in
      guard let packet = transit.packet else { return nil }
      let ports =
        transit.from == .client
        ? Ports(client: packet.from, server: packet.to)
        : Ports(client: packet.to, server: packet.from)
      if packet.flags.contains(.syn), !transit.isForged || numbers[ports] == nil {
        var pair = numbers[ports] ?? (nil, nil)
        if transit.from == .client {
          pair.client = packet.sequence
          // Of another connection of the same ports, until it answers.
          if !packet.flags.contains(.ack) { pair.server = nil }
        } else {
          pair.server = packet.sequence
        }
        numbers[ports] = pair
      }
      let known = numbers[ports]
      let own = transit.from == .client ? known?.client : known?.server
      let peer = transit.from == .client ? known?.server : known?.client
      return Segment(
        from: transit.from, ports: ports, packet: packet,
        at: transit.takenAt ?? transit.deliveredAt.first ?? 0, deliveredAt: transit.deliveredAt,
        fate: transit.segmentFate, isn: own, peerISN: peer)
    }
  }
}

extension Transit {
  fileprivate var segmentFate: Segment.Fate {
    if isForged { return .forged }
    switch fate {
    case .dropped, .unreachable: return .lost
    case .held: return .held
    case .delayed: return .delayed
    case .doubled, nil: return .delivered
    }
  }
}
