// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A network device whose other end is a descriptor: what the kernel sends is read here, and what is
/// written here the kernel receives. In the namespace of the calling thread.
final class Tunnel: Sendable {
  let descriptor: CInt

  init(_ address: String) throws {
    descriptor = unsafe open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK)
    try #require(descriptor >= 0, "/dev/net/tun")
    // `struct ifreq` and `TUNSETIFF` of <linux/if_tun.h>: a name, then IFF_TUN | IFF_NO_PI.
    var request = [UInt8](repeating: 0, count: 40)
    request.replaceSubrange(0..<5, with: "link0".utf8)
    request.replaceSubrange(16..<18, with: [0x01, 0x10])
    let result = unsafe ioctl(descriptor, 0x4004_54ca, &request)
    try #require(result == 0, "TUNSETIFF")
    for command in ["ip addr add \(address)/24 dev link0", "ip link set link0 up"] {
      let done = try Child(command.split(separator: " ").map(String.init)).wait()
      try #require(done.status == 0, "\(done.stderr)")
    }
  }

  deinit { close(descriptor) }

  /// The next packet, if there is one now.
  func read() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 2_048)
    let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
    return count > 0 ? Array(bytes[..<count]) : nil
  }

  /// The kernel has worked on it when this returns, unless its socket was busy.
  @discardableResult
  func write(_ packet: [UInt8]) -> Bool {
    unsafe packet.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      == packet.count
  }
}
