// SPDX-License-Identifier: Apache-2.0
import Capture
import Foundation
import Testing
import Tour

/// A network namespace of its own, with nothing in it but loopback.
enum Namespace {
  /// Moves the calling thread into one for as long as `body` runs; threads and processes that are
  /// started meanwhile are inside as well. It goes with the last of them, and with its last socket.
  static func within<Result>(_ body: (_ inode: UInt64) throws -> Result) throws -> Result {
    let host = try Host(loopback: ())
    return try host.run { try body(host.inode) }
  }

  /// The same for one that has a path.
  static func inside<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    try HeldNetwork(at: path).within(body)
  }

  /// The inode number of the calling thread's.
  static var inode: UInt64 {
    UInt64(NetworkNamespace.inode(at: "/proc/thread-self/ns/net") ?? 0)
  }
}

/// Runs each on a thread of its own, and waits for all.
func inParallel<Result>(_ bodies: [() throws -> Result]) throws -> [Result] {
  let work = bodies.map { Work($0) }
  for work in work { Thread(block: work.run).start() }
  return try work.map { try $0.result() }
}

/// What a thread does, and what came of it.
private final class Work<Result>: @unchecked Sendable {
  private let body: () throws -> Result
  private let done = DispatchSemaphore(value: 0)
  private var outcome: Swift.Result<Result, any Error>?

  init(_ body: @escaping () throws -> Result) { self.body = body }

  @Sendable func run() {
    outcome = Swift.Result { try body() }
    done.signal()
  }

  /// Written before the signal, read after it: that is what makes this `Sendable`.
  func result() throws -> Result {
    done.wait()
    guard let outcome else { throw NotInTime(description: "a thread's result") }
    return try outcome.get()
  }
}
