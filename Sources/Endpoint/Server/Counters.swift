// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Counted on the server's thread, read from any.
final class Counters: Sendable {
  private let facts = Mutex(Endpoint.Facts())

  var current: Endpoint.Facts { facts.withLock { $0 } }

  func answered(_ status: UInt16) {
    facts.withLock { $0.requests[status, default: 0] += 1 }
  }

  func dropped(_ why: Endpoint.Drop) {
    facts.withLock { $0.dropped[why.rawValue, default: 0] += 1 }
  }

  func open(_ connections: Int) {
    facts.withLock { $0.connections = UInt64(connections) }
  }
}
