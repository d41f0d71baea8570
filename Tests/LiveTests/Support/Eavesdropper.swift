// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// The TCP segments that a host sends and receives, as an AF_PACKET socket inside of it sees them: a witness
/// that has nothing to do with the relay between two of them.
final class Eavesdropper {
  private let descriptor: CInt

  /// What `<linux/if_packet.h>` has, and Swift's Glibc does not.
  private static let everything: UInt16 = 0x0003
  private static let outgoing: UInt8 = 4

  /// - Parameter host: where to listen.
  init(on host: Tour.Host) throws {
    descriptor = try host.run {
      socket(
        AF_PACKET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue),
        CInt(Self.everything.bigEndian))
    }
    try #require(descriptor >= 0)
    var size: CInt = 8 << 20
    let length = socklen_t(MemoryLayout<CInt>.size)
    unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, length)
  }

  deinit { close(descriptor) }

  /// All so far, each way in its order; they are taken from the socket.
  func take() -> (sent: [Heard], received: [Heard]) {
    var (sent, received): ([Heard], [Heard]) = ([], [])
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      var address = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe withUnsafeMutablePointer(to: &address) {
          unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe recvfrom(
              descriptor, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT), $0, &length)
          }
        }
      }
      if count <= 0 { return (sent, received) }
      guard let packet = Packet(bytes[..<count]) else { continue }
      // `sll_pkttype` of `struct sockaddr_ll`.
      let kind = unsafe withUnsafeBytes(of: &address) { unsafe $0[10] }
      if kind == Self.outgoing {
        sent.append(Heard(packet))
      } else {
        received.append(Heard(packet))
      }
    }
  }
}

/// What there is to compare of a segment.
struct Heard: Equatable, CustomStringConvertible {
  let description: String
  let ports: Set<UInt16>

  init(_ packet: Packet) {
    ports = [packet.from, packet.to]
    description =
      "\(packet.flags.text) \(packet.from)>\(packet.to) \(packet.sequence)+\(packet.length) "
      + "ack \(packet.acknowledgment)"
  }
}
