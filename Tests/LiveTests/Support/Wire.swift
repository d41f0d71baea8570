// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The packets of loopback, as an AF_PACKET socket sees them: a witness that knows no socket state.
final class Wire {
  private let descriptor: CInt

  /// What `<linux/if_packet.h>` has, and Swift's Glibc does not.
  private static let ethertypeIPv4: UInt16 = 0x0800
  private static let solPacket: CInt = 263
  private static let ignoreOutgoing: CInt = 23

  init() throws {
    descriptor = socket(
      AF_PACKET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue),
      CInt(Self.ethertypeIPv4.bigEndian))
    try #require(descriptor >= 0)
    // Loopback shows each packet twice, on its way out and in; one is enough.
    set(Self.solPacket, Self.ignoreOutgoing, 1)
    set(SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
  }

  deinit { close(descriptor) }

  private func set(_ level: CInt, _ name: CInt, _ value: CInt) {
    var value = value
    let result = unsafe setsockopt(
      descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    #expect(result == 0)
  }

  /// The packets of a port so far, in order; they are taken from the wire.
  func packets(port: UInt16) -> [Packet] {
    var packets: [Packet] = []
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe recv(descriptor, $0.baseAddress, $0.count, CInt(MSG_DONTWAIT))
      }
      if count <= 0 { return packets }
      if let packet = Packet(bytes[..<count]), packet.from == port || packet.to == port {
        packets.append(packet)
      }
    }
  }
}

/// A TCP segment in IPv4.
struct Packet {
  let from: UInt16
  let to: UInt16
  let sequence: UInt32
  let acknowledgment: UInt32
  let flags: Flags
  let length: UInt32

  struct Flags: OptionSet {
    let rawValue: UInt8
    static let fin = Flags(rawValue: 1)
    static let syn = Flags(rawValue: 2)
    static let rst = Flags(rawValue: 4)
    static let ack = Flags(rawValue: 16)
  }

  init?(_ bytes: ArraySlice<UInt8>) {
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
  var end: UInt32 {
    sequence &+ length &+ (flags.contains(.syn) ? 1 : 0) &+ (flags.contains(.fin) ? 1 : 0)
  }
}
