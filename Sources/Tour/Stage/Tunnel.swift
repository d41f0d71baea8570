// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Lifecycle

/// A network device whose other end is a descriptor: what the kernel sends is read here, and what is
/// written here the kernel receives. In the namespace of the calling thread.
package final class Tunnel: Sendable {
  package let descriptor: CInt

  init(_ address: Address) throws {
    descriptor = unsafe open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw Self.refusal(errno) }
    let interface = Interface("link0")
    // `TUNSETIFF` of <linux/if_tun.h>: IFF_TUN | IFF_NO_PI.
    var request = interface.request([0x01, 0x10])
    if unsafe ioctl(descriptor, 0x4004_54ca, &request) != 0 {
      let number = errno
      close(descriptor)
      throw Self.refusal(number)
    }
    try interface.assign(address)
    try interface.raise()
  }

  deinit { close(descriptor) }

  private static func refusal(_ number: CInt) -> any Error {
    switch number {
    case EPERM, EACCES:
      Unplayable("it takes CAP_NET_ADMIN, and leave to use /dev/net/tun, to make a wire")
    case ENOENT, ENODEV, ENXIO, ENOTTY:
      Unplayable("there is no /dev/net/tun here, of which a wire is made (CONFIG_TUN)")
    default: SystemError("making a wire of /dev/net/tun", number)
    }
  }

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
