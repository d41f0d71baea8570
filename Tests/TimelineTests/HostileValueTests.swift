// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle
@testable import Report
@testable import Timeline

/// Whatever times there are, a bar is in order, and drawing it does not fail.
struct HostileValueTests {
  private static let moments: [UInt64] = [0, 1, 1 << 62, 1 << 63, .max - 1, .max]

  @Test func anyTimesInAnyOrder() throws {
    let base = try #require(Session([.whole(1)]).bars().first).end
    let run = Session().run
    let times: [UInt64] = [0, 1, Talk.time(50), Talk.time(500), Talk.time(5000), .max]
    for opened in times {
      for established in times {
        for closed in times {
          for mini in times {
            var end = base
            end.connection.openedAt = opened
            end.connection.crossedAt = mini
            end.connection.establishedAt = established
            end.ending?.closedAt = closed
            end.ending?.miniAt = mini
            check(end, run)
          }
        }
      }
    }
  }

  @Test func anyVerdict() throws {
    let base = try #require(Session([.whole(1)]).bars().first).end
    for close in (0...UInt8.max).map(Close.init(rawValue:)) {
      for endsIn in (0...3).map(EndsIn.init(rawValue:)) {
        for result in (0...9).map(OpenResult.init(rawValue:)) {
          for ending in [base.ending, Ending(), nil] {
            var end = base
            end.ending = ending
            end.verdict.close = close
            end.verdict.endsIn = endsIn
            end.verdict.openResult = result
            check(end, Session().run)
          }
        }
      }
    }
  }

  /// A recording may say that it went on until the clock wraps.
  @Test(arguments: Self.moments, Self.moments)
  func anySpan(_ startedAt: UInt64, _ stoppedAt: UInt64) {
    var run = Session().run
    run.startedAt = startedAt
    run.stoppedAt = max(startedAt, stoppedAt)
    var text = Text()
    text.zones(run, LocalTime(offsetToEpoch: run.offsetToEpoch, utcOffset: 0))
    let isWritten = text.count > 0
    #expect(isWritten)
  }

  private func check(_ end: ConnectionEnd, _ run: Run) {
    let wait = TimeWaitEnd(
      id: 1, netns: 1, tuple: end.connection.tuple, isIPv6: false, leftBy: .none,
      beganAt: 7, endedAt: 3, cause: .timer, leftAt: nil)
    for timeWait in [nil, wait] {
      let bar = Bar(Box(end), timeWait: timeWait.map(Box.init), toldAt: Talk.time(900), in: run)
      #expect(bar.from <= bar.to)
      for phase in bar.phases { #expect(phase.from < phase.to) }
      for (one, next) in zip(bar.phases, bar.phases.dropFirst()) { #expect(one.to == next.from) }
      let strip = Strip(bar, on: Scale(run.startedAt...run.stoppedAt, columns: 20))
      #expect(strip.columns.count == 20)
    }
  }
}
