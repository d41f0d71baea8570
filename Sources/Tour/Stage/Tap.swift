// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Synchronization

/// The packets of loopback, in the namespace of the calling thread, as an AF_PACKET socket sees them
/// (packet(7)).
final class Tap: Sendable {
  private let descriptor: CInt
  private let taken = Mutex<[Transit]>([])

  /// What `<linux/if_packet.h>`, `<linux/if_ether.h>` and `<linux/sockios.h>` have, and Swift's Glibc does not.
  /// `ETH_P_ALL`: those who want one protocol alone may be served after the protocol itself.
  private static let everything: UInt16 = 0x0003
  private static let solPacket: CInt = 263
  private static let ignoreOutgoing: CInt = 23
  private static let stamp: UInt = 0x8907  // SIOCGSTAMPNS
  private static let most = 20_000

  init() throws {
    descriptor = socket(
      AF_PACKET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue),
      CInt(Self.everything.bigEndian))
    if descriptor < 0 { throw SystemError("opening a packet socket", errno) }
    // Loopback shows each packet twice, on its way out and in; one is enough.
    set(Self.solPacket, Self.ignoreOutgoing, 1)
    set(SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
    try awaitStamps()
  }

  deinit { close(descriptor) }

  /// Asks for stamps, and waits for them: the kernel begins some time later (netstamp_wanted), and until then
  /// says when a packet was read.
  private func awaitStamps() throws {
    _ = stampOfLast()
    let probe = socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    if probe < 0 { throw SystemError("opening a socket", errno) }
    defer { close(probe) }
    try unsafe Socket.withSockaddr(.loopback, 9, false) { address, size in
      try waitUntil("stamps of packets") {
        unsafe _ = sendto(probe, nil, 0, 0, address, size)
        let sentAt = UInt64(Int64(Monotonic.now()) + Monotonic.offsetToEpoch())
        usleep(1_000)
        var byte: UInt8 = 0
        var isStamped = false
        while unsafe recv(descriptor, &byte, 1, CInt(MSG_DONTWAIT)) >= 0 {
          isStamped = (stampOfLast() ?? .max) <= sentAt
        }
        return isStamped
      }
    }
  }

  private func set(_ level: CInt, _ name: CInt, _ value: CInt) {
    var value = value
    unsafe _ = setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
  }

  /// When the packet that was read last came by, in nanoseconds since the epoch.
  private func stampOfLast() -> UInt64? {
    var time = timespec()
    guard unsafe ioctl(descriptor, Self.stamp, &time) == 0 else { return nil }
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// All packets so far.
  var transits: [Transit] {
    taken.withLock { taken in
      let offset = Monotonic.offsetToEpoch()
      var bytes = [UInt8](repeating: 0, count: 65_536)
      while taken.count < Self.most {
        let count = unsafe bytes.withUnsafeMutableBytes {
          unsafe recv(descriptor, $0.baseAddress, $0.count, CInt(MSG_DONTWAIT))
        }
        if count <= 0 { break }
        let at = stampOfLast().map { UInt64(max(0, Int64($0) - offset)) } ?? Monotonic.now()
        guard let packet = Packet(bytes[..<count]) else { continue }
        var transit = Transit(
          from: side(of: packet, after: taken), Array(bytes[..<count]), takenAt: at)
        transit.deliveredAt = [at]
        taken.append(transit)
      }
      return taken
    }
  }

  /// Both have one address: who sends the SYN is the client, and what follows goes by its ports.
  private func side(of packet: Packet, after earlier: [Transit]) -> Side {
    if packet.flags.contains(.syn) { return packet.flags.contains(.ack) ? .server : .client }
    for transit in earlier.reversed() {
      guard let known = transit.packet else { continue }
      if (known.from, known.to) == (packet.from, packet.to) { return transit.from }
      if (known.to, known.from) == (packet.from, packet.to) { return transit.from.other }
    }
    return .client
  }
}
