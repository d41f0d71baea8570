// SPDX-License-Identifier: Apache-2.0
internal import Capture
package import Lifecycle

/// Two hosts, and between them a wire that is in our hands: each packet passes, unless something else is
/// wanted of it, and is written down. Or loopback, where packets can only be watched.
///
/// It lives by descriptors alone, so that nothing is left of it, however this process ends.
package final class Link {
  package let client: Host
  package let server: Host
  package let kind: Kind
  private let carrier: Carrier

  package enum Kind: Sendable {
    case wire
    case loopback
  }

  private enum Carrier {
    case wire(Relay)
    case loopback(Tap?)
  }

  /// - Parameter isPrompt: whether a wire carries packets at once even where the host is busy.
  package init(_ kind: Kind = .wire, isPrompt: Bool = false) throws {
    self.kind = kind
    switch kind {
    case .wire:
      client = try Host(.client)
      server = try Host(.server)
      guard let one = client.tunnel, let other = server.tunnel else {
        throw Unplayable("a wire has two ends")
      }
      carrier = .wire(try Relay(client: one, server: other, isPrompt: isPrompt))
    case .loopback:
      // Where no namespace can be made, in the one that there is.
      let host = (try? Host(loopback: ())) ?? Host(shared: ())
      (client, server) = (host, host)
      // It takes a right of its own (CAP_NET_RAW): without it, it is not known what went over the wire.
      carrier = .loopback(try? host.run { try Tap() })
    }
  }

  /// Whether it is where others have connections as well.
  package var isShared: Bool { client.isShared }

  deinit { relay?.stop() }

  private var relay: Relay? {
    if case .wire(let relay) = carrier { relay } else { nil }
  }

  package func host(_ side: Side) -> Host { side == .client ? client : server }

  package func address(_ side: Side) -> Address { host(side).address }

  /// Whether it is known what went over it.
  package var seesPackets: Bool {
    if case .loopback(nil) = carrier { false } else { true }
  }

  /// All packets so far, in the order in which they were taken from their senders. On loopback the server
  /// is whoever listens, and so known to be so.
  package var packets: [Transit] {
    switch carrier {
    case .wire(let relay): relay.transits
    case .loopback(let tap): tap?.transits ?? []
    }
  }

  /// Sets `net.ipv4.<name>` on both hosts.
  package func set(_ name: String, _ value: Int) throws {
    try client.set(name, "\(value)")
    if server !== client { try server.set(name, "\(value)") }
  }

  // MARK: What becomes of packets on a wire. Where two rules fit, the later one counts.

  /// Packets of both sides come late.
  package func delay(
    _ milliseconds: UInt64, _ fits: @escaping @Sendable (Transit) -> Bool = { _ in true }
  ) {
    relay?.rule(.delayed(milliseconds: milliseconds), fits)
  }

  package func drop(
    _ count: Int = .max, from side: Side,
    _ fits: @escaping @Sendable (Transit) -> Bool = { _ in true }
  ) {
    relay?.rule(.dropped, count: count) { $0.from == side && fits($0) }
  }

  package func double(
    _ count: Int = .max, from side: Side,
    _ fits: @escaping @Sendable (Transit) -> Bool = { _ in true }
  ) {
    relay?.rule(.doubled, count: count) { $0.from == side && fits($0) }
  }

  /// Keeps packets until `release()`.
  package func hold(
    from side: Side, _ fits: @escaping @Sendable (Transit) -> Bool = { _ in true }
  ) {
    relay?.rule(.held) { $0.from == side && fits($0) }
  }

  /// An ICMP error answers each packet instead of the other side.
  package func refuse(from side: Side, code: UInt8) {
    relay?.rule(.unreachable(code: code)) { $0.from == side }
  }

  /// Nothing passes any more.
  package func cut() { for side in Side.allCases { drop(from: side) } }

  /// Forgets all rules; what was held stays held.
  package func mend() { relay?.mend() }

  /// Delivers what was held, and forgets all rules unless they are to be kept.
  package func release(keepingRules: Bool = false) { relay?.release(mending: !keepingRules) }

  // MARK: What nobody has sent

  /// A segment as from one side, to the other.
  package func forge(
    _ flags: Packet.Flags, from side: Side, _ ports: Ports, sequence: UInt32,
    acknowledgment: UInt32 = 0, payload: [UInt8] = []
  ) {
    let bytes = Forgery.segment(
      from: side, ports: (ports.own(side), ports.own(side.other)), sequence: sequence,
      acknowledgment: acknowledgment, flags: flags, payload: payload)
    relay?.forge(bytes, from: side)
  }

  /// What was sent before, as it was.
  package func forge(_ transit: Transit) { relay?.forge(transit.bytes, from: transit.from) }
}
