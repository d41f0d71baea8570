// SPDX-License-Identifier: Apache-2.0

/// A TCP segment in IPv4.
package struct Packet: Sendable {
  package let from: UInt16
  package let to: UInt16
  package let sequence: UInt32
  package let acknowledgment: UInt32
  package let flags: Flags
  /// Of its payload.
  package let length: UInt32

  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let fin = Flags(rawValue: 1)
    package static let syn = Flags(rawValue: 2)
    package static let rst = Flags(rawValue: 4)
    package static let ack = Flags(rawValue: 16)
  }

  package init?(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    let tcp = 6
    guard bytes.count >= 40, bytes[0] >> 4 == 4, bytes[9] == tcp else { return nil }
    let header = Int(bytes[0] & 15) * 4
    func number(_ offset: Int, _ count: Int) -> UInt32 {
      bytes[(header + offset)...].prefix(count).reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard bytes.count >= header + 20 else { return nil }
    from = UInt16(number(0, 2))
    to = UInt16(number(2, 2))
    sequence = number(4, 4)
    acknowledgment = number(8, 4)
    flags = Flags(rawValue: UInt8(number(13, 1)))
    let total = Int(bytes[2]) << 8 | Int(bytes[3])
    length = UInt32(max(0, total - header - Int(bytes[header + 12] >> 4) * 4))
  }

  /// The acknowledgment that covers this segment whole.
  package var end: UInt32 {
    sequence &+ length &+ (flags.contains(.syn) ? 1 : 0) &+ (flags.contains(.fin) ? 1 : 0)
  }
}

extension Packet.Flags {
  /// `SYN+ACK`
  package var text: String {
    let names: [(Packet.Flags, String)] = [
      (.syn, "SYN"), (.fin, "FIN"), (.rst, "RST"), (.ack, "ACK"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: "+")
  }
}

/// RFC 9293 §3.4: numbers that wrap.
package func isBefore(_ one: UInt32, _ other: UInt32) -> Bool {
  Int32(bitPattern: one &- other) < 0
}
