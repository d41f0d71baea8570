// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Tour

/// A listener whose queue of one is full: SYNs are dropped, and nobody says so.
final class DeafListener {
  let listener: Socket
  private let inTheQueue: Socket

  init() throws {
    listener = try Socket.listening(backlog: 0)
    inTheQueue = try Socket.connected(to: listener)
    try listener.waitUntilReadable()
  }

  var port: UInt16 { listener.localPort }

  /// Makes room.
  func hear() throws { _ = try listener.accept() }
}

/// A network device from which nothing comes unless the test makes it, in the namespace of the calling thread.
final class DeafTunnel {
  /// In its network (RFC 5737), and not this host.
  static let beyond = Address(v4: 0xc000_0202)

  private let descriptor: CInt

  init() throws {
    descriptor = unsafe open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK)
    try #require(descriptor >= 0, "/dev/net/tun")
    // `struct ifreq` and `TUNSETIFF` of <linux/if_tun.h>: a name, then IFF_TUN | IFF_NO_PI.
    var request = [UInt8](repeating: 0, count: 40)
    request.replaceSubrange(0..<5, with: "deaf0".utf8)
    request.replaceSubrange(16..<18, with: [0x01, 0x10])
    let result = unsafe ioctl(descriptor, 0x4004_54ca, &request)
    try #require(result == 0, "TUNSETIFF")
    for command in ["ip addr add 192.0.2.1/24 dev deaf0", "ip link set deaf0 up"] {
      let done = try Child(command.split(separator: " ").map(String.init)).wait()
      try #require(done.status == 0, "\(done.stderr)")
    }
  }

  /// Answers the next packet with an ICMP "destination unreachable" of this code (RFC 792).
  func refuse(code: UInt8) throws {
    var bytes = [UInt8](repeating: 0, count: 2_048)
    var packet: ArraySlice<UInt8> = []
    try waitUntil("a packet to refuse") {
      let count = unsafe read(descriptor, &bytes, bytes.count)
      packet = bytes.prefix(max(0, count))
      // IPv6 says hello to every new device.
      return packet.first == 0x45
    }
    var message: [UInt8] = [3, code, 0, 0, 0, 0, 0, 0] + packet.prefix(28)
    message.replaceSubrange(2..<4, with: checksum(message))
    let (source, destination) = (packet[12..<16], packet[16..<20])
    var header: [UInt8] = [0x45, 0, 0, UInt8(20 + message.count), 0, 0, 0, 0, 64, 1, 0, 0]
    header += destination + source
    header.replaceSubrange(10..<12, with: checksum(header))
    let answer = header + message
    let written = unsafe answer.withUnsafeBytes {
      unsafe write(descriptor, $0.baseAddress, $0.count)
    }
    try #require(written == answer.count)
  }

  /// RFC 1071; of an even number of bytes.
  private func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var sum = stride(from: 0, to: bytes.count, by: 2).reduce(0) {
      $0 + (Int(bytes[$1]) << 8 | Int(bytes[$1 + 1]))
    }
    while sum >> 16 != 0 { sum = sum & 0xffff + sum >> 16 }
    return [UInt8(~sum >> 8 & 0xff), UInt8(~sum & 0xff)]
  }

  func close() { _ = Glibc.close(descriptor) }
}
