// SPDX-License-Identifier: Apache-2.0

/// What the kernel itself lists, in the namespace of the calling thread.
package enum KernelTables {
  /// The states of `/proc/net/tcp` by their numbers.
  package enum State: String, Sendable {
    case established = "01"
    case synSent = "02"
    case synRecv = "03"
    case finWait1 = "04"
    case finWait2 = "05"
    case timeWait = "06"
    case closeWait = "08"
    case lastAck = "09"
    case listen = "0A"
    case closing = "0B"
  }

  /// A connection as the kernel shows it.
  package struct Row: Sendable {
    package let localPort: UInt16
    package let remotePort: UInt16
    /// `nil` for one that has no name here.
    package let state: State?
    /// A mini socket: a timer, and little else.
    package let isMini: Bool
    /// It has something to send, and its peer no room.
    package let isProbing: Bool
    /// What its timer still has, in ticks of `USER_HZ`; 0 for none.
    package let timer: UInt64
  }

  /// This IPv4 connection, if the kernel shows it.
  package static func row(local: UInt16, remote: UInt16) throws -> Row? {
    try rows().first { $0.localPort == local && $0.remotePort == remote }
  }

  /// All IPv4 connections, requests, mini sockets and listeners.
  package static func rows() throws -> [Row] {
    try text("/proc/thread-self/net/tcp").split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 5, let local = port(fields[1]), let remote = port(fields[2]) else {
        return nil
      }
      // The kind of its timer, and how long that still has (get_tcp4_sock, get_timewait4_sock).
      let timer = fields[5]
      return Row(
        localPort: local, remotePort: remote, state: State(rawValue: String(fields[3])),
        isMini: timer.hasPrefix("03:"), isProbing: timer.hasPrefix("04:"),
        timer: UInt64(timer.dropFirst(3), radix: 16) ?? 0)
    }
  }

  /// How many mini sockets there are of both kinds: `tw` of `/proc/net/sockstat`.
  package static func minis() throws -> Int? {
    for line in try text("/proc/thread-self/net/sockstat").split(separator: "\n")
    where line.hasPrefix("TCP: ") {
      let words = line.split(separator: " ")
      if let index = words.firstIndex(of: "tw"), index + 1 < words.count {
        return Int(words[index + 1])
      }
    }
    return nil
  }

  /// A file of `/proc`.
  package static func text(_ path: String) throws -> String { try SystemFile.read(path) }

  private static func port(_ field: Substring) -> UInt16? {
    UInt16(field.suffix(4), radix: 16)
  }
}
