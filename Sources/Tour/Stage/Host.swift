// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
package import Lifecycle

/// A network namespace with one device: a ``Tunnel`` that leads to the relay, or loopback.
package final class Host: Sendable {
  package let address: Address
  /// The number that records carry.
  package let inode: UInt64
  /// `nil` for loopback.
  package let tunnel: Tunnel?
  /// `nil` for the namespace of this process.
  private let network: HeldNetwork?

  /// One end of a wire.
  package init(_ side: Side) throws {
    let network = try Self.network()
    self.network = network
    inode = UInt64(network.inode)
    address = side.address
    tunnel = try network.within {
      // IPv6 says hello to every new device.
      for place in ["all", "default"] {
        try SystemFile.write("1", "/proc/sys/net/ipv6/conf/\(place)/disable_ipv6", isOptional: true)
      }
      try Interface("lo").raise()
      return try Tunnel(side.address)
    }
  }

  /// Both ends of whatever is done in it.
  package init(loopback: Void) throws {
    let network = try Self.network()
    self.network = network
    inode = UInt64(network.inode)
    address = .loopback
    tunnel = nil
    try network.within { try Interface("lo").raise() }
  }

  /// The loopback of this process's own namespace, which others use as well: nothing is changed there.
  package init(shared: Void) {
    network = nil
    inode = UInt64(NetworkNamespace.home)
    address = .loopback
    tunnel = nil
  }

  private static func network() throws -> HeldNetwork {
    do throws(SystemError) {
      return try HeldNetwork()
    } catch  where error.number == EPERM {
      throw Unplayable("it takes CAP_SYS_ADMIN to make a network namespace")
    }
  }

  /// Whether others have connections there as well.
  package var isShared: Bool { network == nil }

  /// Runs `body` on this thread and this host: what it opens belongs to it.
  package func run<Result>(_ body: () throws -> Result) throws -> Result {
    guard let network else { return try body() }
    return try network.within(body)
  }

  /// Sets `net.ipv4.<name>` here alone.
  package func set(_ name: String, _ value: String) throws {
    if isShared { throw Unplayable("it would change \(name) of this host itself") }
    try run { try SystemFile.write(value, "/proc/sys/net/ipv4/\(name)") }
  }

  /// What `net.ipv4.<name>` is here.
  package func setting(_ name: String) throws -> String {
    try run { try SystemFile.read("/proc/sys/net/ipv4/\(name)") }.split(separator: "\n")
      .first.map(String.init) ?? ""
  }
}
