// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What the kernel itself lists, in the namespace of the calling thread.
enum KernelTables {
  /// The states of `/proc/net/tcp` that the tests wait for, by their numbers.
  enum State: String {
    case established = "01"
    case synSent = "02"
    case synRecv = "03"
    case finWait1 = "04"
    case finWait2 = "05"
    case timeWait = "06"
    case closeWait = "08"
    case lastAck = "09"
    case closing = "0B"
  }

  /// A connection as the kernel shows it.
  struct Row {
    /// `nil` for one that the tests do not wait for.
    let state: State?
    /// A mini socket: a timer, and little else.
    let isMini: Bool
    /// It has something to send, and its peer no room.
    let isProbing: Bool
  }

  /// Waits until the kernel shows this IPv4 connection in that state.
  static func wait(for state: State, local: UInt16, remote: UInt16) throws {
    try waitUntil("\(state) of \(local) > \(remote)") {
      try row(local: local, remote: remote)?.state == state
    }
  }

  /// This IPv4 connection, if the kernel shows it.
  static func row(local: UInt16, remote: UInt16) throws -> Row? {
    for line in try text("/proc/thread-self/net/tcp").split(separator: "\n").dropFirst() {
      let fields = line.split(separator: " ")
      if port(fields[1]) == local && port(fields[2]) == remote {
        // The kind of its timer, and how long that still has (get_tcp4_sock, get_timewait4_sock).
        return Row(
          state: State(rawValue: String(fields[3])), isMini: fields[5].hasPrefix("03:"),
          isProbing: fields[5].hasPrefix("04:"))
      }
    }
    return nil
  }

  /// A file of `/proc`, which has no size: `String(contentsOfFile:)` takes its first page for all.
  static func text(_ path: String) throws -> String {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
  }

  private static func port(_ field: Substring) -> UInt16? {
    UInt16(field.suffix(4), radix: 16)
  }

  /// Waits until no connection is on its way any more: closed, or in TIME_WAIT.
  static func waitUntilQuiet() throws {
    try waitUntil("TCP sockets in use: none") {
      try text("/proc/thread-self/net/sockstat").contains("TCP: inuse 0 ")
    }
  }

  /// `local > remote` of the connections that `ss` shows in TIME_WAIT at a local port or with it as
  /// the remote one.
  static func timeWaits(port: UInt16) throws -> Set<String> {
    let end = try Child.run(
      "ss", "-Htan", "state", "time-wait", "( sport = :\(port) or dport = :\(port) )")
    try #require(end.status == 0, "\(end.stderr)")
    return Set(
      end.stdout.split(separator: "\n").map { line in
        let fields = line.split(separator: " ")
        return "\(fields[2]) > \(fields[3])"
      })
  }
}
