// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// What waits, counted by port and by remote.
struct TimeWaitCensusTests {
  private let follower = Follower()
  private var script = Script()

  /// Two TIME_WAITs and a FIN_WAIT2 towards 443; one TIME_WAIT that a server has left; one connection
  /// that lives, and one that opens.
  init() {
    for number in UInt16(0)..<3 {
      script.tuple.localPort = 40_000 + number
      if number < 2 { script.leaveTimeWait() } else { script.leaveOrphan() }
      script.nextSocket()
    }
    script.tuple.localPort = 40_010
    script.openActively()
    script.nextSocket()
    script.tuple.localPort = 40_011
    script.connect()
    script.nextSocket()
    (script.tuple.localPort, script.tuple.remotePort) = (80, 51_000)
    script.openPassively()
    script.taken(by: Script.rival)
    script.shut(.established, .finWait1, task: Script.master)
    script.step(.finWait1, .finWait2)
    script.closed(from: .finWait2, .done, sameSegment: true)
    follower.take(&script)
    follower.settle(at: script.clock)
    follower.compare(at: script.clock, minis: 4)
  }

  private func namespace(_ filter: Filter = Filter()) throws -> TimeWaitCensus.Namespace {
    try #require(follower.tracker.census(at: script.clock, matching: filter).namespaces.first)
  }

  @Test func whole() throws {
    let all = try namespace()
    #expect(all.inode == Script.netns && all.timeWait == 3 && all.finWait2 == 1)
    #expect(all.drift == 0 && all.facts?.limit == 65_536)
  }

  @Test func ports() throws {
    let ports = try namespace().ports
    #expect(ports.map(\.port) == [80, 40_000, 40_001, 40_002])
    #expect(ports.map(\.timeWait) == [1, 1, 1, 0] && ports.map(\.finWait2) == [0, 0, 0, 1])
    #expect(ports[0].leftBy == [.init(process: Script.master, count: 1)], "the closer")
    #expect(ports[1].leftBy == [.init(process: Script.process, count: 1)])
    #expect(ports[3].oldestAt == nil && ports[1].oldestAt != nil)
    #expect(ports.allSatisfy { $0.unknown == 0 })
  }

  /// The port of the one that opens is taken, and not told; a server's port takes none of the range.
  @Test func remotes() throws {
    let remotes = try namespace().remotes
    let remote = try #require(remotes.first)
    #expect(remotes.count == 1)
    #expect(remote.local == script.tuple.local && remote.remote == script.tuple.remote)
    #expect(remote.remotePort == 443 && remote.timeWait == 2 && remote.finWait2 == 1)
    #expect(remote.live == 2 && remote.used == 5 && remote.range == 28_232)
  }

  @Test func filterListsLessAndCountsTheSame() throws {
    var filter = Filter()
    filter.localPort = 80
    let all = try namespace(filter)
    #expect(all.ports.map(\.port) == [80] && all.remotes.isEmpty)
    #expect(all.timeWait == 3 && all.finWait2 == 1 && all.drift == 0)
    filter = Filter()
    filter.pid = Script.master.pid
    #expect(try namespace(filter).ports.map(\.port) == [80])
    filter = Filter()
    filter.family = .ipv6
    #expect(try namespace(filter).ports.isEmpty)
  }

  /// Of a port that several have used, whose they are; and how many nobody knows.
  @Test mutating func owners() throws {
    (script.tuple.localPort, script.tuple.remotePort) = (80, 51_001)
    for task in [Script.rival, Script.master, .none] {
      script.nextSocket()
      script.tuple.remotePort += 1
      script.openPassively()
      script.shut(.established, .finWait1, task: task)
      script.step(.finWait1, .finWait2)
      script.closed(from: .finWait2, .done, sameSegment: true)
    }
    follower.take(&script)
    let port = try #require(try namespace().ports.first)
    #expect(port.port == 80 && port.timeWait == 4 && port.unknown == 1)
    #expect(
      port.leftBy == [
        .init(process: Script.master, count: 2), .init(process: Script.rival, count: 1),
      ])
  }

  /// A process is kept as long as it has left something, and its pid may be another's by then.
  @Test mutating func ownersComeAndGo() throws {
    (script.tuple.localPort, script.tuple.remotePort) = (81, 1)
    for number in UInt32(0)..<40 {
      let task = Process(pid: 7 + number % 2, comm: Comm("worker \(number / 4)"))
      script.nextSocket()
      script.tuple.remotePort += 1
      script.openPassively()
      script.shut(.established, .finWait1, task: task)
      script.step(.finWait1, .finWait2)
      script.closed(from: .finWait2, .done, sameSegment: true)
      if number % 3 == 0 { script.mini(.timeWait, isGone: true, hasRST: true) }
      follower.take(&script)
    }
    let port = try #require(try namespace().ports.first { $0.port == 81 })
    #expect(port.timeWait == 26 && port.unknown == 0)
    #expect(port.leftBy.reduce(0) { $0 + $1.count } == 26)
    for share in port.leftBy {
      let left = (UInt32(0)..<40).count {
        $0 % 3 != 0 && 7 + $0 % 2 == share.process.pid
          && Comm("worker \($0 / 4)") == share.process.comm
      }
      #expect(share.count == left)
    }
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(Set(follower.timeWaits.map(\.leftBy.pid)) == [4321, 1000, 7, 8])
  }

  /// What is found by a scan began a minute before it is to end.
  @Test mutating func oldestOfFound() throws {
    script.tuple.localPort = 90
    let at = script.clock
    script.foundMini(.timeWait)
    follower.take(&script)
    let port = try #require(try namespace().ports.first { $0.port == 90 })
    #expect(port.oldestAt == Script.time(of: Script.jiffies(at: at)) && port.unknown == 1)
  }

  /// Found in FIN_WAIT2 first, and in TIME_WAIT then: it began when that timer was set.
  @Test mutating func oldestOfFoundTwice() throws {
    script.tuple.localPort = 90
    script.foundMini(.finWait2)
    script.wait(30_000_000)
    let at = script.clock
    script.foundMini(.timeWait)
    follower.take(&script)
    let port = try #require(try namespace().ports.first { $0.port == 90 })
    #expect(port.timeWait == 1 && port.finWait2 == 0)
    #expect(port.oldestAt == Script.time(of: Script.jiffies(at: at)))
  }
}
