// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

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
