// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc

/// A thread that does one thing.
package struct Worker: Sendable {
  private let thread: pthread_t

  /// What it is started with, until it has begun.
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  package init(_ body: @escaping @Sendable () -> Void) throws {
    let work = unsafe Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument {
          let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
          work.body()
        }
        return nil
      }, work.toOpaque())
    if result != 0 {
      unsafe work.release()
      throw SystemError("starting a thread", result)
    }
    self.thread = thread
  }

  /// Waits for its end, once.
  package func join() { _ = pthread_join(thread, nil) }
}
