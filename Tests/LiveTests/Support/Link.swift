// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// Two hosts, and between them a wire that the test has in its hands: each packet passes, unless the
/// test wants something else of it, and is written down.
final class Link {
  let client: Host
  let server: Host
  let relay: Relay

  init() throws {
    client = try Host(.client)
    server = try Host(.server)
    relay = Relay(client: client.tunnel, server: server.tunnel)
    // A TIME_WAIT is not to end by a late RST before anybody has looked (RFC 1337).
    try set("tcp_rfc1337", 1)
  }

  deinit { relay.stop() }

  func host(_ side: Side) -> Host { side == .client ? client : server }

  /// All packets so far, in the order in which they were taken from their senders.
  var packets: [Transit] { relay.transits }

  /// Sets `net.ipv4.<name>` on both hosts.
  func set(_ name: String, _ value: Int) throws {
    for host in [client, server] { try host.set(name, "\(value)") }
  }

  // MARK: What becomes of packets. Where two rules fit, the later one counts.

  /// Packets of both sides come late.
  func delay(
    _ milliseconds: UInt64, _ fits: @escaping @Sendable (Transit) -> Bool = { _ in true }
  ) {
    relay.rule(.delayed(milliseconds: milliseconds), fits)
  }

  func drop(
    _ count: Int = .max, from side: Side,
    _ fits: @escaping @Sendable (Transit) -> Bool = { _ in true }
  ) {
    relay.rule(.dropped, count: count) { $0.from == side && fits($0) }
  }

  func double(
    _ count: Int = .max, from side: Side,
    _ fits: @escaping @Sendable (Transit) -> Bool = { _ in true }
  ) {
    relay.rule(.doubled, count: count) { $0.from == side && fits($0) }
  }

  /// Keeps packets until `release()`.
  func hold(
    from side: Side, _ fits: @escaping @Sendable (Transit) -> Bool = { _ in true }
  ) {
    relay.rule(.held) { $0.from == side && fits($0) }
  }

  /// An ICMP error answers each packet instead of the other side.
  func refuse(from side: Side, code: UInt8) {
    relay.rule(.unreachable(code: code)) { $0.from == side }
  }

  /// Nothing passes any more.
  func cut() { for side in [Side.client, .server] { drop(from: side) } }

  /// Forgets all rules; what was held stays held.
  func mend() { relay.mend() }

  /// Delivers what was held, and forgets all rules unless they are to be kept.
  func release(keepingRules: Bool = false) { relay.release(mending: !keepingRules) }

  // MARK: Waiting

  /// Waits until `count` packets that fit have been taken from their senders.
  @discardableResult
  func wait(
    for what: String, _ count: Int = 1, from side: Side, _ fits: (Transit) -> Bool
  ) throws -> Transit {
    var found: Transit?
    try waitUntil("\(what) from \(side) in \(packets)") {
      let fitting = packets.filter { $0.from == side && !$0.isForged && fits($0) }
      found = fitting.count >= count ? fitting[count - 1] : nil
      return found != nil
    }
    return try #require(found)
  }

  /// Waits until the kernel itself shows one end in a state.
  func wait(for state: KernelTables.State, of side: Side, _ ports: Ports) throws {
    try wait("\(state) of \(ports)", side, ports) { $0?.state == state }
  }

  func waitUntilGone(_ side: Side, _ ports: Ports) throws {
    try wait("\(ports) is gone", side, ports) { $0 == nil }
  }

  /// Waits until the socket is one of those that only wait.
  func waitForMini(_ side: Side, _ ports: Ports) throws {
    try wait("a mini socket of \(ports)", side, ports) { $0?.isMini == true }
  }

  /// Waits until one side has something to send, and the other no room.
  func waitForProbes(of side: Side, _ ports: Ports) throws {
    try wait("probes of \(ports)", side, ports) { $0?.isProbing == true }
  }

  private func wait(
    _ what: String, _ side: Side, _ ports: Ports, _ isSo: (KernelTables.Row?) -> Bool
  ) throws {
    let (local, remote) =
      side == .client ? (ports.client, ports.server) : (ports.server, ports.client)
    try host(side).run {
      try waitUntil(what) { isSo(try KernelTables.row(local: local, remote: remote)) }
    }
  }
}
