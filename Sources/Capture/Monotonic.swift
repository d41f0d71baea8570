// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The time now, in the clock of the records.
public enum Monotonic {
  /// Nanoseconds of `CLOCK_MONOTONIC`.
  public static func now() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

  /// Nanoseconds for which this host has slept since it was booted, which this clock does not count.
  static func suspended() -> UInt64 {
    let now = now()
    return max(now, nanoseconds(CLOCK_BOOTTIME)) - now
  }

  /// Nanoseconds of a jiffy: what the coarse clock counts in (`hrtimer_resolution` aside, TICK_NSEC).
  public static func tick() -> UInt64 {
    var resolution = timespec()
    unsafe _ = clock_getres(CLOCK_MONOTONIC_COARSE, &resolution)
    return UInt64(resolution.tv_nsec)
  }

  /// Nanoseconds to add to a time of `CLOCK_MONOTONIC` for one since the Unix epoch, as of now. The
  /// narrowest of a few readings, so that a preemption between the two clocks does not count.
  public static func offsetToEpoch() -> Int64 {
    var best: (width: UInt64, offset: Int64) = (.max, 0)
    for _ in 0..<5 {
      let before = nanoseconds(CLOCK_MONOTONIC)
      let epoch = nanoseconds(CLOCK_REALTIME)
      let after = nanoseconds(CLOCK_MONOTONIC)
      let middle = before + (after - before) / 2
      if after - before < best.width {
        best = (after - before, Int64(bitPattern: epoch &- middle))
      }
    }
    return best.offset
  }

  /// Seconds to add to UTC for this host's own time, as of now.
  static func utcOffset() -> Int {
    tzset()
    var now = time(nil)
    var parts = unsafe tm()
    unsafe _ = localtime_r(&now, &parts)
    return unsafe parts.tm_gmtoff
  }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe _ = clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
