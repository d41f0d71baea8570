// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// A host on which anything may happen next, and the same for the same seed.
package struct Weather: ~Copyable {
  package var host: Host
  package private(set) var random: SplitMix
  private var open: [Host.Socket] = []
  private var halfClosed: [Host.Socket] = []

  package init(seed: UInt64, maxPorts: Int = 64) {
    host = Host(maxPorts: maxPorts)
    random = SplitMix(seed: seed)
  }

  /// - Parameter pause: how long nothing happens at most; by itself, longer than an idle port keeps its place.
  package mutating func step(within pause: UInt64 = 1 << 42) {
    switch Int.random(in: 0..<14, using: &random) {
    case 0...2:
      let time = UInt64.random(in: 2...40_000, using: &random) * 100_000
      open.append(host.connect(to: port(), in: time, retrans: time > 1_000_000_000 ? 1 : 0))
    case 3...5:
      open.append(host.accept(at: port(), rtt: UInt32.random(in: 0...2_000, using: &random)))
    case 6: host.refused(at: port())
    case 7: host.timedOut(at: port())
    case 8:
      open.append(host.find(.established, localPort: port(), remotePort: 50_000 + port()))
    case 9:
      guard let socket = Self.take(&open, &random) else { return }
      host.receiveFIN(socket)
      halfClosed.append(socket)
    case 10: if let socket = Self.take(&halfClosed, &random) { host.closeSecond(socket) }
    case 11: if let socket = Self.take(&open, &random) { host.closeFirst(socket) }
    case 12: if let socket = Self.take(&open, &random) { host.receiveReset(socket) }
    default:
      host.wait(pause >> UInt64.random(in: 1...32, using: &random))
    }
  }

  /// Few ports are busy, and there are many.
  private mutating func port() -> UInt16 {
    1 << UInt16.random(in: 0...4, using: &random) + UInt16.random(in: 0...8, using: &random)
  }

  private static func take(
    _ sockets: inout [Host.Socket], _ random: inout SplitMix
  ) -> Host.Socket? {
    guard let index = sockets.indices.randomElement(using: &random) else { return nil }
    return sockets.remove(at: index)
  }
}
