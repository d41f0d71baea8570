// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// How the reading thread is scheduled.
enum Priority {
  /// `SCHED_RESET_ON_FORK` (`include/uapi/linux/sched.h`), which Glibc's module leaves out.
  private static let resetOnFork: CInt = 0x4000_0000

  /// Real-time, at the lowest such priority, and not for children: a reader that the scheduler lets
  /// wait needs a ring for 600 ms, and this one needs a hundredth of a core.
  ///
  /// - Returns: 0, or the errno that says why not; then records may be lost under full load, counted.
  static func makeRealTime() -> CInt {
    var parameters = sched_param()
    parameters.sched_priority = 1
    let result = unsafe sched_setscheduler(0, SCHED_RR | resetOnFork, &parameters)
    return result == 0 ? 0 : errno
  }
}
