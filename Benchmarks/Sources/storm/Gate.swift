// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Lets a known number of threads start together, so that the clock starts with all of them ready.
final class Gate {
  private let barrier: UnsafeMutablePointer<pthread_barrier_t>

  init(threads: Int) {
    barrier = .allocate(capacity: 1)
    pthread_barrier_init(barrier, nil, UInt32(threads))
  }

  func wait() {
    pthread_barrier_wait(barrier)
  }

  deinit {
    pthread_barrier_destroy(barrier)
    barrier.deallocate()
  }
}
