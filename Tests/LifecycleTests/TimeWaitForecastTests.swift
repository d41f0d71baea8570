// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// When what waits will go, before it does.
struct TimeWaitForecastTests {
  private func forecasts(_ follower: Follower) -> [TimeWaitForecast] {
    follower.tracker.forecasts(in: Script.netns)
  }

  @Test func isWhatComes() throws {
    let scenario = try #require(
      Scenario.orderly.first { $0.name == "half close, first closer" })
    let follower = Follower()
    follower.take(scenario.records)
    let closed = try #require(scenario.records.last)
    let forecast = try #require(forecasts(follower).first)
    #expect(forecasts(follower).count == 1 && forecast.isTimeWait && forecast.id == 1)
    #expect(forecast.tuple == closed.tuple && forecast.leftBy == Script.process)
    #expect(forecast.startedAt == closed.at && forecast.firesAt == Script.fires(closed.at))
    follower.confirm(at: forecast.firesAt)
    #expect(follower.timeWaits.map(\.endedAt) == [forecast.firesAt])
    #expect(forecasts(follower).isEmpty)
  }

  /// A FIN that reaches an orphan's FIN_WAIT2, and then comes again.
  @Test func startedAnew() throws {
    var script = Script()
    script.leaveOrphan()
    let follower = Follower()
    follower.take(&script)
    #expect(forecasts(follower).map(\.isTimeWait) == [false])
    for _ in 0..<3 {
      script.wait(3_000_000_000)
      let began = script.clock
      script.mini(.timeWait)
      follower.take(&script)
      let forecast = try #require(forecasts(follower).first)
      #expect(forecast.isTimeWait && forecast.firesAt == Script.fires(began))
      let startedAt = try #require(forecast.startedAt)
      #expect((began - Script.tick...began + Script.tick).contains(startedAt))
    }
  }

  @Test func ofOthers() {
    let follower = Follower()
    follower.take(Scenario.orderly[0].records)
    #expect(follower.tracker.forecasts(in: Script.netns + 1).isEmpty)
  }
}
