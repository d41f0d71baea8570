// SPDX-License-Identifier: Apache-2.0

/// When the kernel's timers fire (`kernel/time/timer.c`): later than they were set for, for the wheel
/// they hang on is the coarser the further away they are.
public enum TimerWheel {
  /// `TCP_TIMEWAIT_LEN`, in nanoseconds.
  public static let timeWait: UInt64 = 60_000_000_000

  /// The jiffy in which a timer fires that is set at `now` to expire at `expires`.
  static func fires(expires: UInt64, now: UInt64) -> UInt64 {
    let shift = shift(expires > now ? expires - now : 0)
    // calc_index() rounds up, so that no timer fires early.
    return (expires >> shift &+ 1) << shift
  }

  /// By how much a TIME_WAIT may outlast its 60 s, in nanoseconds.
  ///
  /// - Parameter tick: nanoseconds of a jiffy.
  public static func turn(tick: UInt64) -> UInt64 {
    let tick = max(1, tick)
    return tick << shift(timeWait / tick)
  }

  /// How coarse the wheel is for a timer so many jiffies away, as a power of two.
  private static func shift(_ delta: UInt64) -> UInt64 {
    // calc_wheel_index(): 64 buckets a level, each level eight times coarser than the one before.
    var shift: UInt64 = 0
    while shift < 24, delta >= 63 << shift { shift += 3 }
    return shift
  }
}

/// Jiffies and nanoseconds of CLOCK_MONOTONIC: the kernel counts the one by the other.
struct JiffyClock {
  /// Nanoseconds of a jiffy.
  let tick: UInt64
  /// The time of jiffy 0, negative as a rule. The earliest that any record has shown: each was made
  /// somewhere within its jiffy.
  private var origin: Int64?

  init(tick: UInt64) { self.tick = max(1, tick) }

  mutating func note(_ jiffies: UInt64, at time: UInt64) {
    let seen = Int64(bitPattern: time &- jiffies &* tick)
    origin = origin.map { min($0, seen) } ?? seen
  }

  /// When a jiffy begins, or 0 where that was before time did; `nil` while no record has told.
  func time(of jiffies: UInt64) -> UInt64? {
    origin.map { UInt64(max(0, $0 &+ Int64(bitPattern: jiffies &* tick))) }
  }

  /// Whether a timer can have been set at `now` to expire then, in a minute at most.
  func canExpire(_ expires: UInt64, setAt now: UInt64) -> Bool { expires &- now <= timeWait &+ 1 }

  /// `TCP_TIMEWAIT_LEN` in jiffies.
  var timeWait: UInt64 { TimerWheel.timeWait / tick }

  /// How long a mini socket in FIN_WAIT2 lives, in jiffies. Of more than a minute, what is more is spent
  /// as a socket before (`tcp_rcv_state_process`, `tcp_keepalive_timer`).
  func finWait2(_ finTime: UInt32) -> UInt64 {
    let all = UInt64(finTime)
    return all > timeWait ? all - timeWait : all
  }

  /// The jiffy in which a mini socket's timer fires. When it was set is known of a TIME_WAIT; a
  /// FIN_WAIT2 is taken to have the default of `tcp_fin_timeout`, which is as long.
  func fires(_ mini: Record.Mini) -> UInt64 {
    TimerWheel.fires(expires: mini.expires, now: mini.expires &- timeWait)
  }
}
