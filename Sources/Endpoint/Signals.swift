// SPDX-License-Identifier: Apache-2.0
internal import Glibc

enum Signals {
  /// Threads that begin meanwhile have every signal blocked for good: signals are for the thread that waits for
  /// them.
  static func blocked<Result>(_ body: () throws -> Result) rethrows -> Result {
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try body()
  }
}
