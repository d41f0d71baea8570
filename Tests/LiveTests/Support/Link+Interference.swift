// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// What comes from outside of both ends: forged packets, and administrators.
extension Link {
  /// A segment as from one side, with the number that the other waits for.
  ///
  /// - Parameter distance: how far from that number.
  func forge(
    _ flags: Packet.Flags, from side: Side, _ ports: Ports, distance: UInt32 = 0
  ) throws {
    let ends = packets.of(ports).from(side).filter { $0.wasDelivered && !$0.isRST }
      .compactMap { $0.packet?.end }
    let next = try #require(ends.max { Int32(bitPattern: $0 &- $1) < 0 })
    forge(flags, from: side, ports, sequence: next &+ distance)
  }

  /// `ss -K` on one side.
  func kill(_ side: Side, _ ports: Ports) throws {
    let (local, remote) =
      side == .client ? (ports.client, ports.server) : (ports.server, ports.client)
    try host(side).run {
      let kill = try Child.run("ss", "-HtanK", "sport = :\(local) and dport = :\(remote)")
      try #require(!kill.stdout.isEmpty, "CONFIG_INET_DIAG_DESTROY: \(kill.stderr)")
    }
  }
}
