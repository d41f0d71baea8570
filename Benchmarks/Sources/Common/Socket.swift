// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// An address of the loopback network.
///
/// A lane of the load uses 64 of them in turn. With one address, 28 000 TIME_WAIT sockets would use
/// up the ephemeral ports, and finding a free one would become dear long before that.
public struct Endpoint {
  private var address = sockaddr_in()

  /// 127.1.lane.1 to .64 at the given port.
  public init(lane: Int, connection: Int, port: UInt16) {
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    let host = 127 << 24 | 1 << 16 | UInt32(lane) << 8 | UInt32(1 + connection % 64)
    address.sin_addr.s_addr = host.bigEndian
  }

  /// The `number`th of eight million addresses from 127.128.0.0 on, any free port.
  public init(source number: Int) {
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = (127 << 24 | 1 << 23 | UInt32(number & 0x7f_ffff)).bigEndian
  }

  /// All addresses; port 0 is any that is free.
  init(anyAt port: UInt16) {
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
  }

  /// 127.0.0.1 at the given port.
  public init(loopback port: UInt16) {
    self.init(anyAt: port)
    address.sin_addr.s_addr = UInt32(127 << 24 | 1).bigEndian
  }

  /// Calls `body` with the C form of the address.
  mutating func withPointer<Result>(
    _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  var port: UInt16 { UInt16(bigEndian: address.sin_port) }
}

/// A listener on all addresses, and the port that it got.
///
/// - Parameter port: the one it is to have; 0 for any that is free.
public func listener(at port: UInt16 = 0) -> (descriptor: Int32, port: UInt16) {
  let descriptor = tcpSocket()
  var on: Int32 = 1
  // What waits at the port from an earlier load is no hindrance.
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
  var any = Endpoint(anyAt: port)
  guard any.withPointer({ bind(descriptor, $0, $1) }) == 0 else { die("bind") }
  guard listen(descriptor, 4096) == 0 else { die("listen") }
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  guard any.withPointer({ pointer, _ in getsockname(descriptor, pointer, &length) }) == 0 else {
    die("getsockname")
  }
  return (descriptor, any.port)
}

/// A connected socket. On loopback the handshake is over when `connect` returns.
///
/// - Parameter source: the address to come from; `nil` leaves it to the kernel.
public func connected(to endpoint: Endpoint, from source: Endpoint? = nil) -> Int32 {
  guard let descriptor = connection(to: endpoint, from: source) else { die("connect") }
  return descriptor
}

/// The same; `nil` where the connect fails, which `errno` has the reason of.
///
/// - Parameter seconds: how long it may take; the kernel's own limit is minutes.
public func connection(
  to endpoint: Endpoint, from source: Endpoint? = nil, within seconds: Int? = nil
) -> Int32? {
  let descriptor = tcpSocket()
  if var source {
    // The port is then looked for by connect, which may take one that another address uses.
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    guard setsockopt(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, &on, size) == 0,
      source.withPointer({ bind(descriptor, $0, $1) }) == 0
    else { die("bind") }
  }
  if let seconds {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }
  var endpoint = endpoint
  guard endpoint.withPointer({ connect(descriptor, $0, $1) }) == 0 else {
    let reason = errno
    close(descriptor)
    errno = reason
    return nil
  }
  return descriptor
}

/// The next connection of a listener.
public func accepted(from listener: Int32) -> Int32 {
  let descriptor = accept(listener, nil, nil)
  guard descriptor >= 0 else { die("accept") }
  return descriptor
}

private func tcpSocket() -> Int32 {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { die("socket") }
  return descriptor
}
