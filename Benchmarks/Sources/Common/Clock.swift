// SPDX-License-Identifier: Apache-2.0
public import Glibc

/// Seconds on the monotonic clock.
public func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// CPU seconds that the calling thread has taken so far.
public func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

extension timeval {
  /// The interval in seconds.
  public var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
