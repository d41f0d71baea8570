// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// Plays a scenario between two hosts under a tracer, and gives what was told of the two ends, and
/// the packets. Whatever the scenario, the ends are what packets and kernel say.
func onTheWire(
  _ scenario: (Link) throws -> Ports
) throws -> (client: End, server: End, packets: [Transit]) {
  let told = try watch(ends: 2, scenario)
  let client = try #require(told.ends.first { $0.netns == told.link.client.inode })
  let server = try #require(told.ends.first { $0.netns == told.link.server.inode })
  expectCrossing(client, server)
  return (client, server, told.packets)
}

/// The same for a connection with one end, the client's.
func aloneOnTheWire(
  _ scenario: (Link) throws -> Ports
) throws -> (client: End, packets: [Transit]) {
  let told = try watch(ends: 1, scenario)
  let client = try #require(told.ends.first)
  #expect(client.netns == told.link.client.inode)
  return (client, told.packets)
}

/// The same for a number of ends, in the order of their opening.
///
/// - Parameter isOneConnectionEach: whether no two connections have the same ports, so that each end
///   can be held against its packets.
func severalOnTheWire(
  _ count: Int, isOneConnectionEach: Bool = true, _ scenario: (Link) throws -> Void
) throws -> (ends: [End], link: Link) {
  let told = try watch(ends: count, isWitnessed: isOneConnectionEach) { link in
    try scenario(link)
    return Ports(client: 0, server: 0)
  }
  return (told.ends, told.link)
}

private func watch(
  ends count: Int, isWitnessed: Bool = true, _ scenario: (Link) throws -> Ports
) throws -> (ends: [End], packets: [Transit], link: Link) {
  let link = try Link()
  // A TIME_WAIT is not to end by a late RST before anybody has looked (RFC 1337).
  try link.set("tcp_rfc1337", 1)
  let tracer = try Tracer("trace", "--json")
  let ports = try scenario(link)
  func own(_ ends: [End]) -> [End] {
    ends.filter {
      guard $0.netns == link.client.inode || $0.netns == link.server.inode else { return false }
      return ports.server == 0 || $0.localPort == ports.server || $0.remotePort == ports.server
    }
  }
  try waitUntil("\(count) ends of \(ports) among \(tracer.process.stdout): \(link.packets)") {
    try own(tracer.ends()).count >= count
  }
  let ends = own(try tracer.stop().ends()).sorted { ($0.openedUs ?? 0) < ($1.openedUs ?? 0) }
  #expect(ends.count == count, "each end is told once: \(ends)")
  for end in ends where isWitnessed {
    let side: Side = end.netns == link.client.inode ? .client : .server
    try Witness(link, end, side).expectTruth()
  }
  let packets = ports.server == 0 ? link.packets : link.packets.of(ports)
  return (ends, packets, link)
}

/// What the two ends of an established connection agree on, whatever became of it.
private func expectCrossing(_ client: End, _ server: End) {
  #expect(client.local == server.remote && client.remote == server.local && client.id != server.id)
  for (one, other) in [(client, server), (server, client)] {
    #expect(one.isnLocal == nil || other.isnRemote == nil || one.isnLocal == other.isnRemote)
  }
  // The SYN was before the SYN-ACK, and the ACK before ESTABLISHED.
  if let rtt = server.handshakeRttUs, let from = client.openedUs, let to = server.establishedUs {
    #expect(rtt <= to - from, "\(rtt) µs of \(to - from)")
  }
}
