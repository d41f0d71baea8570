// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle

extension Question {
  static let turnOfTheWheel = Case(
    "turn-of-the-wheel", "60 s and a little more: they go when the timer wheel comes round",
    """
    The kernel does not look after each timer in its own jiffy: the further away, the coarser it counts, and \
    always up. A timer of 60 s hangs where the wheel turns every so many jiffies, so TIME_WAITs that began \
    apart end together, up to a turn late. synfin knows the wheel and tells the moment to the jiffy; with \
    --full that is waited for.
    """
  ) { link, log in
    // Four, over more than half of what a turn takes at most frequencies.
    for index in 0..<4 {
      if index > 0 { try pause(milliseconds: 400) }
      let pair = try link.connect()
      log.follow(pair.ports)
      _ = try link.leaveTimeWait(pair)
    }
    let watch = log.isFull && !link.isShared ? try CountWatch(link.client) : nil
    if let watch {
      log.keep(watch)
      // A TIME_WAIT, and at HZ=100 a turn of 5.12 s.
      log.await(for: TimerWheel.timeWait + 10_000_000_000) {
        watch.isOver && $0.timeWaits.count == 4
      }
    }
    return { evidence in
      watch.map { measured($0.falls, evidence) } ?? predicted(evidence)
    }
  }

  private static func predicted(_ evidence: Evidence) -> [Check] {
    let waiting = evidence.waiting
    let turn = TimerWheel.turn(tick: evidence.tick)
    let isKnown = waiting.count == 4 && waiting.allSatisfy { $0.startedAt != nil }
    let why = "synfin does not know this kernel's jiffies"
    let lives = waiting.compactMap { one in one.startedAt.map { one.firesAt &- $0 } }
    return [
      Check(
        "they are to last \(list(lives)): 60 s, and less than a turn of the wheel more, \(seconds(turn))",
        isKnown
          ? lives.allSatisfy {
            $0 + 2 * evidence.tick >= TimerWheel.timeWait
              && $0 <= TimerWheel.timeWait + turn + 2 * evidence.tick
          } : nil, else: why),
      Check(
        "they are to go at whole turns: together, or one turn apart",
        isKnown
          ? zip(waiting, waiting.dropFirst()).allSatisfy { ($1.firesAt - $0.firesAt) % turn == 0 }
          : nil, else: why),
    ]
  }

  private static func measured(_ falls: [CountWatch.Fall], _ evidence: Evidence) -> [Check] {
    let ends = evidence.timeWaits.filter { $0.cause == .timer }.compactMap(\.endedAt).sorted()
    let isKnown = ends.count == 4
    let lives = evidence.timeWaits.compactMap { end in
      end.beganAt.flatMap { began in end.endedAt.map { $0 &- began } }
    }
    // When it was first not there any more, or a look before that.
    let late = zip(ends, falls).map { $1.goneAt > $0 ? $1.goneAt - $0 : 0 }.max() ?? 0
    return [
      Check("all of them were seen to go", falls.count == 4, found: "\(falls.count)"),
      Check(
        "each was gone within \(late / 1_000_000 + 1) ms of the tick that synfin had foretold, and not "
          + "before: after \(list(lives))",
        isKnown && falls.count == 4
          ? zip(ends, falls).allSatisfy {
            $1.seenAt <= $0 + lateness && $1.goneAt + 2 * evidence.tick >= $0
          } : nil,
        else: "synfin did not tell the end of all of them"),
    ]
  }

  private static func list(_ durations: [UInt64]) -> String {
    durations.map(seconds).joined(separator: ", ")
  }

  /// A timer fires with the next tick of its processor, which a busy host may have late.
  private static let lateness: UInt64 = 50_000_000
}
