// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// When timers fire, by `kernel/time/timer.c` and by what was measured.
struct TimerWheelTests {
  /// A TIME_WAIT hangs on the wheel that turns each 512 jiffies, with HZ of 1000 each 4096.
  @Test(arguments: [(100, 9), (250, 9), (300, 9), (1000, 12)])
  func timeWait(_ hertz: UInt64, _ shift: UInt64) {
    for start in UInt64(4_294_892_296)..<4_294_892_296 + 5000 {
      let expires = start + 60 * hertz
      let fires = TimerWheel.fires(expires: expires, now: start)
      #expect(fires == ((expires >> shift) + 1) << shift)
      #expect(fires > expires && fires <= expires + 1 << shift, "never early, and not a turn late")
    }
  }

  @Test(arguments: [(100, 5_120), (250, 2_048), (300, 1_706), (1000, 4_096)])
  func turn(_ hertz: UInt64, _ milliseconds: UInt64) {
    #expect(TimerWheel.turn(tick: 1_000_000_000 / hertz) / 1_000_000 == milliseconds)
    #expect(TimerWheel.turn(tick: 0) > 0)
  }

  /// 50 sockets, a tenth of a second and one apart, at HZ 250: what was predicted of them, and then measured.
  @Test func goesInBursts() {
    let start: UInt64 = 4_294_892_544 / 512 * 512 + 512 - 15_187 % 512
    var bursts: [UInt64: Int] = [:]
    for number in UInt64(0)..<50 {
      let now = start + number * 101 / 4
      let fires = TimerWheel.fires(expires: now + 15_000, now: now)
      bursts[(fires - start) * 4, default: 0] += 1
    }
    #expect(bursts == [60_748: 8, 62_796: 20, 64_844: 20, 66_892: 2])
  }

  /// The nearer a timer is, the finer its wheel: kernel-side, each level begins at 63 of the last.
  @Test(arguments: [
    (UInt64(0), UInt64(0)), (62, 0), (63, 3), (503, 3), (504, 6), (4031, 6), (4032, 9),
    (32_255, 9), (32_256, 12), (258_047, 12), (258_048, 15),
  ])
  func finerWhenNear(_ delta: UInt64, _ shift: UInt64) {
    let now: UInt64 = 4_300_000_123
    let expires = now + delta
    #expect(TimerWheel.fires(expires: expires, now: now) == ((expires >> shift) + 1) << shift)
  }

  /// `tcp_fin_timeout` of one second: within an eighth.
  @Test(arguments: [100, 250, 300, 1000])
  func shortFinTimeout(_ hertz: UInt64) {
    for now in UInt64(5_000_000_000)..<5_000_002_000 {
      let fires = TimerWheel.fires(expires: now + hertz, now: now)
      #expect(fires > now + hertz && fires - now <= hertz + hertz / 8 + 8)
    }
  }

  /// What is due or overdue fires in the next jiffy; what makes no sense fires some time, and traps
  /// nowhere.
  @Test func oddValues() {
    #expect(TimerWheel.fires(expires: 1000, now: 1000) == 1001)
    #expect(TimerWheel.fires(expires: 900, now: 1000) == 901)
    let odd: [UInt64] = [0, 1, .max / 2, .max - 63, .max - 1, .max]
    for expires in odd {
      for now in odd { _ = TimerWheel.fires(expires: expires, now: now) }
    }
  }
}
