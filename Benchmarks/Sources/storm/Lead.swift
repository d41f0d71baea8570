// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Synchronization

/// How far a client may run ahead of its server.
///
/// On loopback a handshake needs nothing of the server program, so a client could fill the backlog
/// (4096 at most), and a SYN that finds it full is sent again only a second later.
final class Lead: Sendable {
  private static let limit = 1000
  private let accepted = Atomic<Int>(0)

  /// The server has taken one more connection.
  func advance() {
    accepted.wrappingAdd(1, ordering: .relaxed)
  }

  /// Returns when the client may make connection `number`, counted from 0.
  func wait(for number: Int) {
    while number - accepted.load(ordering: .relaxed) > Self.limit { sched_yield() }
  }
}
