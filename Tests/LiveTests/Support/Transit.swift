// SPDX-License-Identifier: Apache-2.0
import Foundation
import Tour

/// A packet on its way over a ``Link``: what it was, where it came from, and what became of it.
struct Transit: Sendable, CustomStringConvertible {
  /// Where it came from; of a forged one, where it pretends to.
  let from: Side
  let bytes: [UInt8]
  /// The TCP segment that it carries, if it does.
  let packet: Packet?
  /// When it had been taken from its sender, in nanoseconds; `nil` where the test has made it.
  let takenAt: UInt64?
  /// When each copy was about to be given to its receiver.
  var deliveredAt: [UInt64] = []

  init(from: Side, _ bytes: [UInt8], takenAt: UInt64?) {
    self.from = from
    self.bytes = bytes
    self.takenAt = takenAt
    packet = Packet(bytes[...])
  }

  var isForged: Bool { takenAt == nil }
  var wasDelivered: Bool { !deliveredAt.isEmpty }

  var flags: Packet.Flags { packet?.flags ?? [] }
  var isSYN: Bool { flags.contains(.syn) && !flags.contains(.ack) }
  var isSYNACK: Bool { flags.isSuperset(of: [.syn, .ack]) }
  var isFIN: Bool { flags.contains(.fin) }
  var isRST: Bool { flags.contains(.rst) }
  var hasData: Bool { (packet?.length ?? 0) > 0 }
  /// Nothing but an acknowledgment.
  var isBareACK: Bool {
    flags.contains(.ack) && flags.isDisjoint(with: [.syn, .fin, .rst]) && !hasData
  }

  /// Whether it acknowledges all of another.
  func acknowledges(_ other: Transit) -> Bool {
    guard let packet, let other = other.packet, flags.contains(.ack) else { return false }
    return Int32(bitPattern: packet.acknowledgment &- other.end) >= 0
  }

  var description: String {
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
  func from(_ side: Side) -> [Transit] { filter { $0.from == side } }

  /// Those of one connection, by the client's port and the server's.
  func of(_ ports: Ports) -> [Transit] {
    filter {
      guard let packet = $0.packet else { return false }
      return (packet.from, packet.to) == (ports.client, ports.server)
        || (packet.from, packet.to) == (ports.server, ports.client)
    }
  }
}
