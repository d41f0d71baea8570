// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension KernelTables {
  /// Waits until the kernel shows this IPv4 connection in that state.
  static func wait(for state: State, local: UInt16, remote: UInt16) throws {
    try waitUntil("\(state) of \(local) > \(remote)") {
      try row(local: local, remote: remote)?.state == state
    }
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
