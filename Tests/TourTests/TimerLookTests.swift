// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle
@testable import Tour

@Suite struct TimerLookTests {
  private let second: UInt64 = 1_000_000_000

  /// A TIME_WAIT that began at second 100, looked at 2 s later.
  private func look(left: UInt64, at: UInt64? = nil) -> TimerLook {
    let at = at ?? 102 * second
    return TimerLook(earliest: at, latest: at + 1_000_000, left: left)
  }

  @Test func length() {
    let began = 100 * second...100 * second + 5_000_000
    #expect(look(left: 58 * second).fits(60 * second, setIn: began))
    #expect(look(left: 58 * second - 10_000_000).fits(60 * second, setIn: began))
    for wrong in [57 * second, 59 * second, 60 * second, 58 * second + 40_000_000] {
      #expect(!look(left: wrong).fits(60 * second, setIn: began), "\(wrong)")
    }
  }

  /// HZ=250: the wheel turns each 512 jiffies.
  @Test func nextTurn() {
    let tick: UInt64 = 4_000_000
    #expect(TimerWheel.turn(tick: tick) == 2_048_000_000)
    func forecast(_ firesAt: UInt64) -> TimeWaitForecast {
      TimeWaitForecast(
        id: nil, netns: 1,
        tuple: Tuple(local: .loopback, localPort: 1, remote: .loopback, remotePort: 2),
        isTimeWait: true, leftBy: .none, startedAt: nil, firesAt: firesAt)
    }
    let look = look(left: 58 * second)
    for firesAt in [160 * second, 161 * second, 162 * second + 40_000_000] {
      #expect(forecast(firesAt).isNextTurn(after: look, tick))
    }
    for firesAt in [159 * second, 163 * second] {
      #expect(!forecast(firesAt).isNextTurn(after: look, tick))
    }
  }

  @Test func text() {
    #expect(seconds(59_979_999_999) == "59.97 s" && seconds(60_000_000_000) == "60.00 s")
    #expect(seconds(50_000_000) == "0.05 s")
  }
}
