// SPDX-License-Identifier: Apache-2.0
import Testing
import Timeline

@testable import Lifecycle

/// What a bar says that a connection went through.
struct PhaseTests {
  @Test func closedFirst() throws {
    let bar = try #require(Session([.whole(1)]).bars().first)
    #expect(
      bar.story == [
        "SYN_SENT 100-110", "ESTABLISHED 110-120", "FIN_WAIT1 120-125", "FIN_WAIT2 125-130",
        "TIME_WAIT 130-1000",
      ])
    #expect(
      bar.phases.map(\.kind) == [
        .handshake, .established, .closingByUs, .closingByUs, .timeWait,
      ])
    #expect(bar.outcome == .closedByUs)
    #expect(bar.beginning == .seen)
    #expect(bar.last == .goesOn, "its TIME_WAIT lasts a minute")
    #expect(bar.endedAt == Talk.time(130))
    #expect(bar.time(in: .closingByUs) == 10_000_000)
  }

  @Test func closedSecond() throws {
    var talk = Talk(1)
    talk.open(100, established: 110)
    talk.closeSecond(200, closes: 300, closed: 310)
    let bar = try #require(Session([talk]).bars().first)
    #expect(
      bar.story == [
        "SYN_SENT 100-110", "ESTABLISHED 110-200", "CLOSE_WAIT 200-300", "LAST_ACK 300-310",
      ])
    #expect(bar.phases.suffix(2).allSatisfy { $0.kind == .closingByPeer })
    #expect(bar.outcome == .closedByPeer)
    #expect(bar.last == .over)
  }

  @Test func crossed() throws {
    var talk = Talk(1)
    talk.open(100, established: 110)
    talk.closeTogether(200, crossed: 210, closed: 220)
    let bar = try #require(Session([talk]).bars().first)
    #expect(
      bar.story == [
        "SYN_SENT 100-110", "ESTABLISHED 110-200", "FIN_WAIT1 200-210", "CLOSING 210-220",
        "TIME_WAIT 220-1000",
      ])
    #expect(bar.outcome == .closedByBoth)
  }

  @Test func timeWaitEnds() throws {
    let bar = try #require(Session([.whole(1)], stop: 70_000).bars().first)
    let wait = try #require(bar.phases.last)
    #expect(wait.state == .timeWait && wait.from == Talk.time(130))
    #expect((60_000_000_000...63_000_000_000).contains(wait.duration))
    #expect(bar.last == .over && bar.timeWait?.cause == .timer)
  }

  /// A new connection of the same addresses took its place.
  @Test func timeWaitIsReused() throws {
    let bars = Session([.whole(1), .whole(1, at: 500)]).bars()
    #expect(bars.count == 2)
    #expect(bars.first?.story.last == "TIME_WAIT 130-500")
    #expect(bars.first?.last == .over)
  }

  @Test func refused() throws {
    let bar = try #require(Session([.refused(1)]).bars().first)
    #expect(bar.story == ["SYN_SENT 100-105"])
    #expect(bar.outcome == .refused && bar.last == .over)
    #expect(bar.outcome.isFailedOpen && bar.outcome.isAbrupt)
  }

  @Test func resets() throws {
    var mine = Talk(2)
    mine.open(200, established: 210)
    mine.resetByUs(220)
    let bars = Session([.reset(1), mine]).bars()
    #expect(bars.map(\.outcome) == [.resetByPeer, .resetByUs])
    #expect(bars.last?.story == ["SYN_SENT 200-210", "ESTABLISHED 210-220"])
  }

  @Test func openAtTheStop() throws {
    var talk = Talk(1)
    talk.open(100, established: 110)
    var opening = Talk(2)
    opening.open(200)
    let bars = Session([talk, opening]).bars()
    #expect(
      bars.map(\.story) == [["SYN_SENT 100-110", "ESTABLISHED 110-1000"], ["SYN_SENT 200-1000"]])
    #expect(bars.allSatisfy { $0.outcome == .open && $0.last == .goesOn && $0.endedAt == nil })
  }

  @Test func beforeTheTracer() throws {
    var talk = Talk(1)
    talk.found(1)
    talk.closeFirst(500, acked: 510, closed: 520)
    let bar = try #require(Session([talk]).bars().first)
    #expect(bar.beginning == .earlier)
    #expect(bar.story.first == "ESTABLISHED 1-500")
  }

  @Test func passive() throws {
    var talk = Talk(server: 1)
    talk.open(100, established: 110)
    talk.closeSecond(200, closes: 210, closed: 220)
    let bar = try #require(Session([talk]).bars().first)
    #expect(bar.story.first == "SYN_RECV 100-110")
    #expect(bar.phases.first?.kind == .handshake)
    #expect(bar.connection.owner == Talk.nginx)
  }

  /// Between two states that cannot follow one another something was lost.
  @Test func hole() throws {
    var talk = Talk(1)
    talk.open(100, established: 110)
    talk.shut(.closeWait, .lastAck, 300)
    talk.end(.lastAck, 310, Record.Closed(stamp: 200), [.dead, .done], shutdown: 3)
    let bar = try #require(Session([talk]).bars().first)
    #expect(bar.story == ["SYN_SENT 100-110", "? 110-300", "LAST_ACK 300-310"])
  }

  /// The end may be among what was lost: what it is in now is not known.
  @Test func lostEnd() throws {
    var talk = Talk(1)
    talk.open(100, established: 110)
    var session = Session([talk])
    session.losses.ring.transitions = 1
    session.lostAt = 500
    let bar = try #require(session.bars().first)
    #expect(bar.story.last == "? 110-1000")
    #expect(bar.outcome == .unknown && bar.last == .unknown)
  }

  /// Without a socket, FIN_WAIT2 goes on in a mini socket; before Linux 6.11 nothing is told of it.
  @Test func halfClosed() throws {
    var talk = Talk(1)
    talk.open(100, established: 110)
    talk.shut(.established, .finWait1, 200)
    talk.tell(210, .step(from: .finWait1, to: .finWait2, stamp: 100, unsent: 0), .dead)
    talk.end(.finWait2, 210, Record.Closed(), .dead, shutdown: 3)
    var session = Session([talk])
    let bar = try #require(session.bars().first)
    #expect(bar.story.last == "FIN_WAIT2 210-1000")
    #expect(bar.outcome == .half && bar.last == .goesOn)
    session.tiers.remove(.minis)
    let old = try #require(session.bars().first)
    #expect(old.story.last == "FIN_WAIT1 200-210")
    #expect(old.outcome == .half && old.last == .unknown)
  }

  /// The peer's FIN reaches the mini socket: FIN_WAIT2, and then TIME_WAIT.
  @Test func timeWaitOfAMini() throws {
    var talk = Talk(1)
    talk.open(100, established: 110)
    talk.shut(.established, .finWait1, 200)
    talk.tell(210, .step(from: .finWait1, to: .finWait2, stamp: 100, unsent: 0), .dead)
    talk.end(.finWait2, 211, Record.Closed(), .dead, shutdown: 3)
    let jiffies = Talk.time(400) / Talk.tick
    talk.tell(
      400,
      .mini(
        Record.Mini(substate: .timeWait, expires: jiffies + 15_000, jiffies: jiffies),
        Record.Segment(isGone: false, hasRST: false, hasSYN: false)))
    let bar = try #require(Session([talk]).bars().first)
    #expect(bar.story.suffix(2) == ["FIN_WAIT2 210-400", "TIME_WAIT 400-1000"])
    #expect(bar.outcome == .closedByUs && bar.last == .goesOn)
  }
}
