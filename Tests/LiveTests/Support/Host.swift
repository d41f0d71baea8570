// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Tour

/// Which of the two hosts of a ``Link``.
enum Side: Sendable {
  case client
  case server

  var other: Side { self == .client ? .server : .client }

  /// Of a network that is for examples (RFC 5737).
  var address: Address { Address(v4: self == .client ? 0xc000_0201 : 0xc000_0202) }
  var text: String { self == .client ? "192.0.2.1" : "192.0.2.2" }
  var octets: [UInt8] { self == .client ? [192, 0, 2, 1] : [192, 0, 2, 2] }
}

/// A network namespace with one device, which leads to the test.
final class Host {
  let side: Side
  let inode: UInt64
  let tunnel: Tunnel
  private let namespace: CInt

  init(_ side: Side) throws {
    self.side = side
    (inode, tunnel, namespace) = try Namespace.within { inode in
      // IPv6 says hello to every new device.
      for place in ["all", "default"] {
        try Self.write("1", "/proc/sys/net/ipv6/conf/\(place)/disable_ipv6")
      }
      return (inode, try Tunnel(side.text), try Namespace.descriptor())
    }
  }

  deinit { close(namespace) }

  /// Runs `body` on this host: what it opens and starts belongs to it.
  func run<Result>(_ body: () throws -> Result) throws -> Result {
    try Namespace.within(namespace, body)
  }

  func set(_ name: String, _ value: String) throws {
    try run { try Self.write(value, "/proc/sys/net/ipv4/\(name)") }
  }

  private static func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }
}
