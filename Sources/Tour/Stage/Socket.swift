// SPDX-License-Identifier: Apache-2.0
internal import Glibc
package import Lifecycle

/// A TCP socket on this host, for traffic that is made on purpose. Closed with its last reference.
package final class Socket {
  package private(set) var descriptor: CInt

  package struct Failure: Error, CustomStringConvertible {
    package let doing: String
    package let errno: CInt
    package var description: String { unsafe "\(doing): \(String(cString: strerror(errno)))" }
  }

  package init(descriptor: CInt) { self.descriptor = descriptor }

  deinit { close() }

  /// A new socket, not yet bound. `isV6` makes an IPv6 one, which can carry IPv4 as well.
  package init(isV6: Bool = false) throws {
    let family = isV6 ? AF_INET6 : AF_INET
    descriptor = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    if descriptor < 0 { throw Failure(doing: "socket", errno: Glibc.errno) }
  }

  /// Listens on a free port of the loopback address, or of any address where `isV6`.
  package static func listening(isV6: Bool = false, backlog: CInt = 64) throws -> Socket {
    let socket = try Socket(isV6: isV6)
    try socket.bind(isV6 ? Address(high: 0, low: 0) : .loopback, port: 0, isV6: isV6)
    try socket.listen(backlog: backlog)
    return socket
  }

  package func listen(backlog: CInt) throws {
    try Self.check("listen", Glibc.listen(descriptor, backlog))
  }

  package func bind(_ address: Address, port: UInt16, isV6: Bool = false) throws {
    try unsafe Self.withSockaddr(address, port, isV6) {
      try Self.check("bind", unsafe Glibc.bind(descriptor, $0, $1))
    }
  }

  package func connect(_ address: Address, port: UInt16, isV6: Bool = false) throws {
    try unsafe Self.withSockaddr(address, port, isV6) {
      try Self.check("connect", unsafe Glibc.connect(descriptor, $0, $1))
    }
  }

  package static func connected(to listener: Socket) throws -> Socket {
    let socket = try Socket()
    try socket.connect(.loopback, port: listener.localPort)
    return socket
  }

  package func accept() throws -> Socket {
    let accepted = Glibc.accept(descriptor, nil, nil)
    try Self.check("accept", accepted)
    // Swift's Glibc has no accept4().
    _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
    return Socket(descriptor: accepted)
  }

  package func send(_ count: Int) throws {
    let bytes = [UInt8](repeating: 0x78, count: count)
    let sent = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
    }
    try Self.check("send", CInt(truncatingIfNeeded: sent))
  }

  /// Reads up to `count` bytes; 0 at the peer's FIN.
  @discardableResult
  package func receive(_ count: Int = 65_536) throws -> Int {
    var bytes = [UInt8](repeating: 0, count: count)
    let received = unsafe bytes.withUnsafeMutableBytes {
      unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
    }
    try Self.check("recv", CInt(truncatingIfNeeded: received))
    return received
  }

  package func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  package var localPort: UInt16 {
    // Port and family stand at the same place in both families' addresses.
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      let result = unsafe getsockname(
        descriptor, base.assumingMemoryBound(to: sockaddr.self), &length)
      return result == 0
        ? unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)) : 0
    }
  }

  static func check(_ doing: String, _ result: CInt) throws {
    if result < 0 { throw Failure(doing: doing, errno: Glibc.errno) }
  }

  static func withSockaddr(
    _ address: Address, _ port: UInt16, _ isV6: Bool,
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void
  ) throws {
    var bytes = [UInt8](repeating: 0, count: isV6 ? 28 : 16)
    unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe bytes.storeBytes(of: sa_family_t(isV6 ? AF_INET6 : AF_INET), as: sa_family_t.self)
      unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      if isV6 {
        unsafe bytes.storeBytes(of: address.high.bigEndian, toByteOffset: 8, as: UInt64.self)
        unsafe bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 16, as: UInt64.self)
      } else {
        unsafe bytes.storeBytes(of: (address.v4 ?? 0).bigEndian, toByteOffset: 4, as: UInt32.self)
      }
    }
    try unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      try unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
  }
}

extension Address {
  package static let loopback = Address(v4: 0x7f00_0001)
  package static let loopbackV6 = Address(high: 0, low: 1)
}
