// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A network namespace of its own, with nothing in it but loopback.
enum Namespace {
  /// Moves the calling thread into one for as long as `body` runs; threads and processes that are
  /// started meanwhile are inside as well. It goes with the last of them, and with its last socket.
  static func within<Result>(_ body: (_ inode: UInt64) throws -> Result) throws -> Result {
    try returning {
      try #require(call("unshare", newNet) == 0)
      let up = try Child.run("ip", "link", "set", "lo", "up")
      try #require(up.status == 0, "\(up.stderr)")
      return try body(inode)
    }
  }

  /// The same for one that is there, by a descriptor of its own.
  static func within<Result>(_ namespace: CInt, _ body: () throws -> Result) throws -> Result {
    try returning {
      try #require(call("setns", namespace, newNet) == 0)
      return try body()
    }
  }

  /// The same for one that has a path.
  static func inside<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let target = unsafe open(path, O_RDONLY | O_CLOEXEC)
    try #require(target >= 0, "\(path)")
    defer { close(target) }
    return try within(target, body)
  }

  /// A descriptor that keeps the calling thread's alive, until it is closed.
  static func descriptor() throws -> CInt {
    let descriptor = unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    return descriptor
  }

  private static func returning<Result>(_ body: () throws -> Result) throws -> Result {
    let home = try descriptor()
    defer {
      // A thread of the pool that stayed inside would spoil every test after this.
      if call("setns", home, newNet) != 0 { fatalError("no way back from a namespace") }
      close(home)
    }
    return try body()
  }

  /// The inode number of the calling thread's.
  static var inode: UInt64 {
    var status = stat()
    let result = unsafe stat("/proc/thread-self/ns/net", &status)
    return result == 0 ? UInt64(status.st_ino) : 0
  }

  /// `CLONE_NEWNET`. Swift's Glibc has nothing of `<sched.h>` that only GNU has.
  private static let newNet: CInt = 0x4000_0000

  private static func call(_ name: String, _ first: CInt, _ second: CInt = 0) -> CInt {
    typealias Function = @convention(c) (CInt, CInt) -> CInt
    guard let symbol = unsafe dlsym(nil, name) else { return -1 }
    return unsafe unsafeBitCast(symbol, to: Function.self)(first, second)
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
