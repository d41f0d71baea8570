// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Lifecycle

/// A network device by its name, in the namespace of the calling thread (netdevice(7)).
struct Interface {
  private let name: String

  init(_ name: String) { self.name = name }

  /// Gives it an address in a network of 256.
  func assign(_ address: Address) throws {
    let octets = stride(from: 24, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: (address.v4 ?? 0) >> $0)
    }
    try ask(UInt(SIOCSIFADDR), Self.address(octets))
    try ask(UInt(SIOCSIFNETMASK), Self.address([255, 255, 255, 0]))
  }

  /// Sets it up.
  func raise() throws {
    let flags = UInt16(IFF_UP | IFF_RUNNING)
    try ask(UInt(SIOCSIFFLAGS), [UInt8(flags & 0xff), UInt8(flags >> 8)])
  }

  /// `struct sockaddr_in` without a port.
  private static func address(_ octets: [UInt8]) -> [UInt8] {
    [UInt8(AF_INET), 0, 0, 0] + octets
  }

  /// `struct ifreq` of <net/if.h>: 16 bytes for the name, then what is asked; in Swift it has no union.
  func request(_ body: [UInt8]) -> [UInt8] {
    var request = [UInt8](repeating: 0, count: 40)
    request.replaceSubrange(0..<name.utf8.count, with: name.utf8)
    request.replaceSubrange(16..<16 + body.count, with: body)
    return request
  }

  private func ask(_ what: UInt, _ body: [UInt8]) throws {
    let socket = Glibc.socket(
      AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    if socket < 0 { throw SystemError("opening a socket for \(name)", errno) }
    defer { close(socket) }
    var request = request(body)
    if unsafe ioctl(socket, what, &request) != 0 { throw SystemError("setting up \(name)", errno) }
  }
}
