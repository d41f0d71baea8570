// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc

/// Whoever has started this as a service and wants to hear how it does: the protocol of `sd_notify(3)`,
/// which is a datagram of lines to the socket that `NOTIFY_SOCKET` names. Where there is none, nothing is said.
///
/// It never waits, and nothing that goes wrong here is worth a trace: what finds no room is sent again with
/// the next sign of life.
struct ServiceManager: ~Copyable {
  private let socket: Datagrams?
  /// Nanoseconds between two signs of life: half of what `WATCHDOG_USEC` allows, as `sd_watchdog_enabled(3)`
  /// asks for. `nil` where nobody waits for any.
  private let interval: UInt64?
  private var aliveDue: UInt64
  private var unsent: String?

  private static let retry: UInt64 = 100_000_000

  /// - Parameter variable: what the environment has under a name.
  init(at now: UInt64, variable: (String) -> String? = Self.environment) {
    socket = variable("NOTIFY_SOCKET").flatMap(Datagrams.init)
    // The variables may be a parent's, which is told by its pid.
    let isOurs = variable("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
    let limit = variable("WATCHDOG_USEC").flatMap(UInt64.init).map { min($0, .max / 1000) * 1000 }
    interval = isOurs && socket != nil ? limit.flatMap { $0 >= 2 ? $0 / 2 : nil } : nil
    aliveDue = now
  }

  /// Attached and answering.
  ///
  /// - Parameter status: one line for `systemctl status`.
  mutating func ready(_ status: String) { tell("READY=1\nSTATUS=\(status)") }

  /// Attaching anew; ``ready(_:)`` is to follow.
  ///
  /// - Parameter now: nanoseconds of `CLOCK_MONOTONIC`.
  mutating func reloading(at now: UInt64) {
    tell("RELOADING=1\nMONOTONIC_USEC=\(now / 1000)")
  }

  /// About to end.
  mutating func stopping() { tell("STOPPING=1") }

  /// When ``live(at:)`` is to be called next, in the clock of the records; `nil` for never.
  var due: UInt64? { unsent != nil || interval != nil ? aliveDue : nil }

  /// To be called by the thread whose standstill would be one of the service.
  mutating func live(at now: UInt64) {
    guard let due, now >= due else { return }
    aliveDue = now + (interval ?? Self.retry)
    if let late = unsent {
      unsent = nil
      tell(late)
    }
    if unsent != nil {
      aliveDue = min(aliveDue, now + Self.retry)
    } else if interval != nil {
      _ = socket?.send("WATCHDOG=1")
    }
  }

  /// A newer state says all that an older one would have.
  private mutating func tell(_ state: String) {
    guard let socket else { return }
    unsent = socket.send(state) ? nil : state
  }

  private static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}

/// A Unix socket for datagrams to one address.
private final class Datagrams {
  private let descriptor: CInt
  private let address: sockaddr_un
  private let length: socklen_t

  /// - Parameter name: a path, or `@` and the rest of an abstract address.
  init?(_ name: String) {
    var path = Array(name.utf8)
    guard let first = path.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@") else {
      return nil
    }
    if first == UInt8(ascii: "@") { path[0] = 0 }
    var address = sockaddr_un()
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.count > 1, path.count < room else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
    self.address = address
    // An abstract address is as long as it is, and a path ends with a zero.
    length = socklen_t(
      MemoryLayout<sockaddr_un>.size - room + path.count + (path[0] == 0 ? 0 : 1))
    let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_UNIX, kind, 0)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Returns `false` where there was no room, and it is worth trying again.
  func send(_ message: String) -> Bool {
    let bytes = Array(message.utf8)
    var address = address
    let sent = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bytes.withUnsafeBytes { bytes in
          unsafe sendto(
            descriptor, bytes.baseAddress, bytes.count,
            CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL), address, length)
        }
      }
    }
    return sent >= 0 || (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
  }
}
