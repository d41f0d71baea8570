// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

/// Which of the two hosts of a ``Link``.
package enum Side: Sendable, CaseIterable {
  case client
  case server

  package var other: Side { self == .client ? .server : .client }

  package var name: StaticString { self == .client ? "client" : "server" }

  /// Over a wire: of a network that is for examples (RFC 5737).
  package var address: Address { Address(v4: self == .client ? 0xc000_0201 : 0xc000_0202) }

  package var octets: [UInt8] {
    let address = self.address.v4 ?? 0
    return stride(from: UInt32(24), through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: address >> $0)
    }
  }
}

/// The ports of a connection, which tell it from others between the same two hosts.
package struct Ports: Hashable, Sendable, CustomStringConvertible {
  package let client: UInt16
  package let server: UInt16

  package init(client: UInt16, server: UInt16) {
    self.client = client
    self.server = server
  }

  package func own(_ side: Side) -> UInt16 { side == .client ? client : server }

  package var description: String { "\(client) > \(server)" }
}
