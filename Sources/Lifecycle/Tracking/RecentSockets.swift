// SPDX-License-Identifier: Apache-2.0

/// The sockets to which something happened last: a bounded memory for what belongs to no connection
/// in the table, not any more or not yet.
struct RecentSockets {
  private var sockets: [(socket: UInt64, at: UInt64)] = []
  private var next = 0
  private static let size = 64

  /// How long it counts: an interrupted or preempted program takes no longer.
  static let span: UInt64 = 100_000_000

  mutating func add(_ socket: UInt64, at: UInt64) {
    if sockets.count < Self.size {
      sockets.append((socket, at))
    } else {
      sockets[next] = (socket, at)
      next = (next + 1) % Self.size
    }
  }

  func contains(_ socket: UInt64, at: UInt64) -> Bool {
    sockets.contains { $0.socket == socket && at >= $0.at && at - $0.at < Self.span }
  }
}
