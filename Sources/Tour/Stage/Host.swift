// SPDX-License-Identifier: Apache-2.0
internal import Capture
package import Lifecycle

/// A network namespace with one device: a ``Tunnel`` that leads to the relay, or loopback.
package final class Host: Sendable {
  package let address: Address
  /// The number that records carry.
  package let inode: UInt64
  /// `nil` for loopback.
  package let tunnel: Tunnel?
  private let network: HeldNetwork

  /// One end of a wire.
  package init(_ side: Side) throws {
    network = try HeldNetwork()
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
    network = try HeldNetwork()
    inode = UInt64(network.inode)
    address = .loopback
    tunnel = nil
    try network.within { try Interface("lo").raise() }
  }

  /// Runs `body` on this thread and this host: what it opens belongs to it.
  package func run<Result>(_ body: () throws -> Result) throws -> Result {
    try network.within(body)
  }

  /// Sets `net.ipv4.<name>` here alone.
  package func set(_ name: String, _ value: String) throws {
    try run { try SystemFile.write(value, "/proc/sys/net/ipv4/\(name)") }
  }

  /// What `net.ipv4.<name>` is here.
  package func setting(_ name: String) throws -> String {
    try run { try SystemFile.read("/proc/sys/net/ipv4/\(name)") }.split(separator: "\n")
      .first.map(String.init) ?? ""
  }
}
