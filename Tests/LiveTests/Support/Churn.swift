// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Lifecycle
import Testing
import Tour

/// Connections that leave mini sockets behind.
enum Churn {
  /// Connects to a listener and closes in order, this side or that one first; whoever is first keeps
  /// its socket until the other's FIN, and so leaves a TIME_WAIT for sure. Returns the client's port.
  @discardableResult
  static func leave(
    at listener: Socket, serverFirst: Bool, from port: UInt16? = nil
  ) throws -> UInt16 {
    let (client, server) = try meet(listener, from: port)
    let (first, second) = serverFirst ? (server, client) : (client, server)
    let clientPort = client.localPort
    try first.shutdownWriting()
    try second.receive(1)
    second.close()
    try first.receive(1)
    first.close()
    return clientPort
  }

  static func meet(
    _ listener: Socket, from port: UInt16? = nil
  ) throws -> (client: Socket, server: Socket) {
    let client = try Socket()
    // A port can be bound again only if all who had it before have said so too.
    try client.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
    if let port { try client.bind(.loopback, port: port) }
    try client.connect(.loopback, port: listener.localPort)
    return (client, try listener.accept())
  }

  /// Closes first and at once, so that the kernel keeps a mini socket in FIN_WAIT2; the other ends are
  /// returned, still open.
  static func orphans(_ count: Int, at listener: Socket) throws -> [Socket] {
    let pairs = try (0..<count).map { _ in try meet(listener) }
    for pair in pairs { pair.server.close() }
    let port = listener.localPort
    try waitUntil("\(count) orphans in FIN_WAIT2 at \(port)") {
      try KernelTables.waiting().finWaits[port] == count
    }
    return pairs.map(\.client)
  }

  /// A connection from the very port of one that is over, which ends without a TIME_WAIT. While the
  /// mini socket that is there is too young to be replaced, it is tried again.
  static func again(at listener: Socket, from port: UInt16) throws {
    var pair: (client: Socket, server: Socket)?
    try waitUntil("port \(port) again") {
      do {
        pair = try meet(listener, from: port)
        return true
      } catch let failure as Socket.Failure where failure.errno == EADDRNOTAVAIL {
        return false
      }
    }
    let (client, server) = try #require(pair)
    try client.setLingerZero()
    client.close()
    try server.waitUntilReadable()
    server.close()
  }
}

/// Segments that no socket has sent.
final class Forger {
  private let descriptor: CInt

  init() throws {
    descriptor = socket(AF_INET, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 6)
    try #require(descriptor >= 0, "a raw socket")
  }

  deinit { close(descriptor) }

  /// A RST over loopback (RFC 9293 §3.1), without options.
  func reset(from: UInt16, to: UInt16, sequence: UInt32) throws {
    var segment = [UInt8](repeating: 0, count: 20)
    func put(_ value: some FixedWidthInteger, _ offset: Int) {
      for (index, shift) in stride(from: value.bitWidth - 8, through: 0, by: -8).enumerated() {
        segment[offset + index] = UInt8(truncatingIfNeeded: value >> shift)
      }
    }
    put(from, 0)
    put(to, 2)
    put(sequence, 4)
    segment[12] = 5 << 4
    segment[13] = Packet.Flags.rst.rawValue
    // The pseudo header: both addresses, the protocol, the length.
    let pseudo: [UInt8] = [127, 0, 0, 1, 127, 0, 0, 1, 0, 6, 0, 20]
    put(checksum(pseudo + segment), 16)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let sent = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe sendto(
          descriptor, segment, segment.count, 0, address,
          socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(sent == segment.count)
  }
}

/// RFC 1071; of an even number of bytes.
func checksum(_ bytes: [UInt8]) -> UInt16 {
  var sum = stride(from: 0, to: bytes.count, by: 2).reduce(0) {
    $0 + (Int(bytes[$1]) << 8 | Int(bytes[$1 + 1]))
  }
  while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
  return UInt16(~sum & 0xffff)
}
