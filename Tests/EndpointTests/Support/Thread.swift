// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A thread of a test's own.
final class Thread {
  private var thread = pthread_t()
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  init(_ body: @escaping @Sendable () -> Void) {
    let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
    unsafe pthread_create(
      &thread, nil,
      { work in
        unsafe work.map { unsafe Unmanaged<Work>.fromOpaque($0).takeRetainedValue().body() }
        return nil
      }, work)
  }

  func join() { pthread_join(thread, nil) }
}
