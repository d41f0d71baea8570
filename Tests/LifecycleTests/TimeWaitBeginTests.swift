// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// What leaves a mini socket, and what none.
struct TimeWaitBeginTests {
  /// FIN_WAIT2>CLOSE with the peer's FIN, and CLOSING>CLOSE with ours acknowledged.
  @Test(arguments: ["prompt, first closer", "half close, first closer", "simultaneous"])
  func atCLOSE(_ name: String) throws {
    let scenario = try #require(Scenario.orderly.first { $0.name == name })
    let follower = Follower()
    follower.take(scenario.records)
    let closed = try #require(scenario.records.last)
    #expect(follower.minis == 1)
    follower.confirm(at: closed.at + 70_000_000_000)
    let end = try #require(follower.timeWaits.first)
    #expect(end.id == 1 && end.netns == Script.netns && end.tuple == closed.tuple)
    #expect(end.beganAt == closed.at && end.cause == .timer && !end.isIPv6)
    #expect(end.leftBy == Script.process)
    #expect(follower.timeWaits.count == 1 && follower.minis == 0)
  }

  /// The peer's FIN reaches a FIN_WAIT2: TIME_WAIT begins with it, and lasts a minute from there.
  @Test func inAMini() throws {
    var script = Script()
    script.leaveOrphan()
    script.wait(30_000_000)
    let began = script.clock
    script.mini(.timeWait)
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: began + 1000)
    #expect(follower.ends.map(\.verdict.close) == [.fourWay])
    follower.confirm(at: Script.fires(began) - 1)
    #expect(follower.timeWaits.isEmpty)
    follower.confirm(at: Script.fires(began))
    let end = try #require(follower.timeWaits.first)
    #expect(end.id == 1 && end.beganAt == began && end.endedAt == Script.fires(began))
    #expect(end.leftBy == Script.process)
  }

  /// Every scenario: one TIME_WAIT for each connection that is said to end in one.
  @Test(arguments: Scenario.all)
  func asManyAsAreSaid(_ scenario: Scenario) {
    let follower = Follower()
    follower.take(scenario.records)
    let end = (scenario.records.last?.at ?? 0) + 200_000_000_000
    follower.confirm(at: end)
    follower.finish(at: end)
    let said = follower.ends.filter { $0.verdict.endsIn == .timeWait }.map(\.connection.id)
    #expect(follower.timeWaits.compactMap(\.id).sorted() == said.sorted())
    #expect(follower.causes.allSatisfy { $0 == .timer })
    #expect(follower.minis == 0)
  }

  /// A mini socket is there for exactly those that leave one: nothing drifts.
  @Test(arguments: Scenario.all)
  func noneForTheOthers(_ scenario: Scenario) {
    let follower = Follower()
    follower.take(scenario.records)
    let left = scenario.truth.count {
      $0.endsIn == .timeWait || $0.endsIn == .finWait2Mini
    }
    // Of the last, whose addresses are in use again, it is seen that the first is gone.
    #expect(follower.minis == left)
  }

  /// At the limit it is not known whether one was made: none is entered, and none is said.
  @Test func atTheLimit() {
    var script = Script()
    script.leaveTimeWait()
    script.records[script.records.count - 1].flags.insert(.timeWaitFull)
    script.nextSocket()
    script.tuple.localPort += 1
    script.leaveOrphan()
    script.records[script.records.count - 1].flags.insert(.timeWaitFull)
    let follower = Follower()
    follower.take(&script)
    follower.settle(at: script.clock + 1_000_000_000)
    #expect(follower.minis == 0)
    #expect(follower.ends.map(\.verdict.close) == [.threeWay, .half])
    #expect(follower.ends.map(\.verdict.endsIn) == [nil, nil])
  }

  @Test func closerLeavesItAndNotTheOwner() throws {
    var script = Script()
    script.openActively()
    script.shut(.established, .finWait1, task: Script.rival)
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .done, sameSegment: true)
    let follower = Follower()
    follower.take(&script)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(try #require(follower.timeWaits.first).leftBy == Script.rival)
  }

  /// More than there is room for are counted, and the others are followed on.
  @Test func capacity() {
    let follower = Follower(capacity: 3)
    var script = Script()
    for _ in 0..<5 {
      script.leaveTimeWait()
      script.tuple.localPort += 1
      script.nextSocket()
      follower.take(&script)
      follower.settle(at: script.clock + 100_000_000)
    }
    #expect(follower.minis == 3 && follower.refusedMinis == 2)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.causes == [.timer, .timer, .timer])
  }
}
