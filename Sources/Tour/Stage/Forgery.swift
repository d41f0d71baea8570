// SPDX-License-Identifier: Apache-2.0

/// Packets that no kernel has sent.
package enum Forgery {
  /// A TCP segment (RFC 9293 §3.1) without options.
  package static func segment(
    from side: Side, ports: (from: UInt16, to: UInt16), sequence: UInt32,
    acknowledgment: UInt32, flags: Packet.Flags, payload: [UInt8] = []
  ) -> [UInt8] {
    var segment = bytes(ports.from) + bytes(ports.to) + bytes(sequence) + bytes(acknowledgment)
    segment += [0x50, flags.rawValue] + bytes(UInt16(0xffff)) + [0, 0, 0, 0] + payload
    let pseudoHeader =
      side.octets + side.other.octets + [0, tcp] + bytes(UInt16(segment.count))
    segment.replaceSubrange(16..<18, with: checksum(pseudoHeader + segment))
    return header(from: side, tcp, length: segment.count) + segment
  }

  /// An ICMP "destination unreachable" of this code (RFC 792) that answers a packet: from the host
  /// where that was to go.
  package static func unreachable(_ packet: [UInt8], code: UInt8, from side: Side) -> [UInt8] {
    var message: [UInt8] = [3, code, 0, 0, 0, 0, 0, 0] + packet.prefix(28)
    message.replaceSubrange(2..<4, with: checksum(message))
    return header(from: side, icmp, length: message.count) + message
  }

  private static let icmp: UInt8 = 1
  private static let tcp: UInt8 = 6

  private static func header(from side: Side, _ protocol: UInt8, length: Int) -> [UInt8] {
    var header: [UInt8] = [0x45, 0] + bytes(UInt16(20 + length)) + [0, 0, 0, 0, 64, `protocol`]
    header += [0, 0] + side.octets + side.other.octets
    header.replaceSubrange(10..<12, with: checksum(header))
    return header
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    stride(from: number.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: number >> $0)
    }
  }

  /// RFC 1071.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let even = bytes.count % 2 == 0 ? bytes : bytes + [0]
    var sum = stride(from: 0, to: even.count, by: 2).reduce(0) {
      $0 + (Int(even[$1]) << 8 | Int(even[$1 + 1]))
    }
    while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
    return [UInt8(~sum >> 8 & 0xff), UInt8(~sum & 0xff)]
  }
}
