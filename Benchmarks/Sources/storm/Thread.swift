// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc

/// A thread that runs a closure.
struct Thread {
  private var handle = pthread_t()

  init(_ body: @escaping () -> Void) {
    let work = Unmanaged.passRetained(Work(body))
    let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
      Unmanaged<Work>.fromOpaque(pointer!).takeRetainedValue().body()
      return nil
    }
    guard pthread_create(&handle, nil, start, work.toOpaque()) == 0 else { die("pthread_create") }
  }

  /// Returns when the closure has.
  func join() {
    pthread_join(handle, nil)
  }
}

/// A closure as the object that a C thread function can be given.
private final class Work {
  let body: () -> Void

  init(_ body: @escaping () -> Void) { self.body = body }
}
