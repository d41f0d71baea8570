// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import NIOCore

/// A socket that listens, and is not served yet: it is opened while there are still the rights for a port below
/// 1024, and before there is anything to undo where the port is taken. Who connects meanwhile waits.
public final class ListeningSocket {
  /// With the port that was chosen, where any would do.
  public let address: Endpoint.Address
  /// -1 once it is somebody else's.
  private var descriptor: CInt

  /// How many may wait to be accepted, beyond which a SYN is dropped, to come again.
  static let backlog: CInt = 128

  public init(_ wanted: Endpoint.Address) throws(Failure) {
    let socket = try Self.open(wanted)
    do throws(Failure) {
      try Self.listen(socket, wanted)
      address = wanted.with(port: try Self.port(socket, wanted))
    } catch {
      close(socket)
      throw error
    }
    descriptor = socket
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// The descriptor, for somebody who closes it.
  ///
  /// - Parameter sendBuffer: SO_SNDBUF of the connections that it accepts, in bytes.
  func take(sendBuffer: CInt) -> CInt {
    Self.set(descriptor, SOL_SOCKET, SO_SNDBUF, sendBuffer)
    defer { descriptor = -1 }
    return descriptor
  }

  /// What the system would not do: one sentence.
  public struct Failure: Error, CustomStringConvertible {
    public let address: Endpoint.Address
    public let number: CInt

    public var description: String {
      "cannot listen on \(address): \(unsafe String(cString: strerror(number)))"
    }
  }

  private static func open(_ address: Endpoint.Address) throws(Failure) -> CInt {
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let socket = socket(address.socketAddress.protocol.rawValue, type, 0)
    guard socket >= 0 else { throw Failure(address: address, number: errno) }
    return socket
  }

  private static func listen(_ socket: CInt, _ address: Endpoint.Address) throws(Failure) {
    // A restart does not wait for what its predecessor left in TIME_WAIT.
    set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
    if case .v6 = address.socketAddress {
      // [::] is every address of the host, whatever net.ipv6.bindv6only says.
      set(socket, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 0)
    }
    let bound = unsafe address.socketAddress.withSockAddr { raw, size in
      unsafe bind(socket, raw, socklen_t(size))
    }
    // With SO_REUSEADDR two sockets can bind the same port, and only listen() tells them apart.
    guard bound == 0, Glibc.listen(socket, backlog) == 0 else {
      throw Failure(address: address, number: errno)
    }
  }

  /// The port that it has been given.
  private static func port(_ socket: CInt, _ wanted: Endpoint.Address) throws(Failure) -> UInt16 {
    // A sockaddr_storage, which is 128 bytes (socket.h).
    var name: InlineArray<32, UInt32> = .init(repeating: 0)
    var size = socklen_t(MemoryLayout.size(ofValue: name))
    let result = unsafe withUnsafeMutableBytes(of: &name) { bytes in
      unsafe getsockname(socket, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
    }
    guard result == 0 else { throw Failure(address: wanted, number: errno) }
    // In both families' addresses it comes behind the family (ip(7), ipv6(7)).
    return unsafe withUnsafeBytes(of: name) { bytes in
      unsafe UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
    }
  }

  /// None of them fails on a socket of the right kind; one that did would cost what it is for, and no more.
  private static func set(_ socket: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
    var value = value
    unsafe setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }
}
