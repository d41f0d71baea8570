// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// How a thread is scheduled that must not wait.
package enum Priority {
  /// `SCHED_RESET_ON_FORK` (`include/uapi/linux/sched.h`), which Glibc's module leaves out.
  private static let resetOnFork: CInt = 0x4000_0000

  /// Real-time, at the lowest such priority, and not for children: a reader that the scheduler lets
  /// wait needs a ring for 600 ms, and this one needs a hundredth of a core.
  ///
  /// A service manager may have made it so without leaving the right to (CAP_SYS_NICE, or a filter of system
  /// calls), and what it chose is kept.
  ///
  /// - Returns: the priority, or why there is none; then records may be lost under full load, counted.
  @discardableResult
  package static func makeRealTime() -> Result<CInt, SystemError> {
    let current = sched_getscheduler(0)
    let policy = current & ~resetOnFork
    let isAlready = current >= 0 && (policy == SCHED_RR || policy == SCHED_FIFO)
    var parameters = sched_param()
    if isAlready {
      unsafe _ = sched_getparam(0, &parameters)
      if current != policy { return .success(parameters.sched_priority) }
    } else {
      parameters.sched_priority = 1
    }
    let wanted = (isAlready ? policy : SCHED_RR) | resetOnFork
    let result = unsafe sched_setscheduler(0, wanted, &parameters)
    return result == 0 || isAlready
      ? .success(parameters.sched_priority) : .failure(.last("scheduling"))
  }
}
