// SPDX-License-Identifier: Apache-2.0
/// A packet on its way over a ``Link``: what it was, where it came from, and what became of it.
package struct Transit: Sendable, CustomStringConvertible {
  /// Where it came from; of a forged one, where it pretends to come from.
  package let from: Side
  package let bytes: [UInt8]
  /// The TCP segment that it carries, if it does.
  package let packet: Packet?
  /// When it had been taken from its sender, in nanoseconds; `nil` where it was forged.
  package let takenAt: UInt64?
  /// When each copy was about to be given to its receiver.
  package var deliveredAt: [UInt64] = []
  /// What a rule wanted of it; `nil` where it was to pass.
  package var fate: Relay.Fate?

  package init(from: Side, _ bytes: [UInt8], takenAt: UInt64?) {
    self.from = from
    self.bytes = bytes
    self.takenAt = takenAt
    packet = Packet(bytes[...])
  }

  package var isForged: Bool { takenAt == nil }
  package var wasDelivered: Bool { !deliveredAt.isEmpty }

  package var flags: Packet.Flags { packet?.flags ?? [] }
  package var isSYN: Bool { flags.contains(.syn) && !flags.contains(.ack) }
  package var isSYNACK: Bool { flags.isSuperset(of: [.syn, .ack]) }
  package var isFIN: Bool { flags.contains(.fin) }
  package var isRST: Bool { flags.contains(.rst) }
  package var hasData: Bool { (packet?.length ?? 0) > 0 }
  /// Nothing but an acknowledgment.
  package var isBareACK: Bool {
    flags.contains(.ack) && flags.isDisjoint(with: [.syn, .fin, .rst]) && !hasData
  }

  /// Whether it acknowledges all of another.
  package func acknowledges(_ other: Transit) -> Bool {
    guard let packet, let other = other.packet, flags.contains(.ack) else { return false }
    return Int32(bitPattern: packet.acknowledgment &- other.end) >= 0
  }

  package var description: String {
    guard let packet else { return "\(from): \(bytes.prefix(28))" }
    let names: [(Packet.Flags, String)] = [
      (.syn, "SYN"), (.fin, "FIN"), (.rst, "RST"), (.ack, "ACK"),
    ]
    let flags = names.filter { packet.flags.contains($0.0) }.map(\.1).joined(separator: "+")
    return "\(from)\(isForged ? " (forged)" : "") \(flags) \(packet.from)>\(packet.to) "
      + "\(packet.sequence)+\(packet.length) ack \(packet.acknowledgment) "
      + (wasDelivered ? "x\(deliveredAt.count)" : "never came")
  }
}

extension [Transit] {
  package func from(_ side: Side) -> [Transit] { filter { $0.from == side } }

  /// Those of one connection, by the client's port and the server's.
  package func of(_ ports: Ports) -> [Transit] {
    filter {
      guard let packet = $0.packet else { return false }
      return (packet.from, packet.to) == (ports.client, ports.server)
        || (packet.from, packet.to) == (ports.server, ports.client)
    }
  }
}
