// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// TIME_WAITs do not hold their namespace, and nothing tells when it goes.
struct TimeWaitNamespaceTests {
  private var script = Script()
  private let follower = Follower()

  init() {
    script.leaveTimeWait()
    follower.take(&script)
    follower.settle(at: script.clock)
    follower.compare(at: script.clock)
  }

  private func expectGone() {
    follower.settle(at: script.clock)
    #expect(follower.causes == [.netns] && follower.timeWaits.first?.endedAt == nil)
    #expect(follower.minis == 0)
  }

  @Test func nobodyUsesIt() {
    follower.compare(at: script.clock, isUsed: false)
    expectGone()
    #expect(follower.namespaces.isEmpty)
  }

  @Test func anotherIsAtItsAddress() {
    follower.compare(at: script.clock, cookie: 2)
    expectGone()
  }

  @Test func itsMemoryIsAnothers() {
    follower.compare(at: script.clock, inode: 4_026_532_999)
    expectGone()
  }

  /// A record names a namespace of the same inode number at another address.
  @Test mutating func itsInodeIsAnothers() {
    script.nextSocket()
    script.tuple.localPort += 1
    script.leaveTimeWait()
    let last = script.records.count - 1
    if case .closed(let from, var facts) = script.records[last].facts {
      facts.net += 0x2000
      script.records[last].facts = .closed(from: from, facts)
    }
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.netns] && follower.minis == 1)
    let name = NamespaceName(inode: Script.netns, address: Script.net + 0x2000)
    #expect(follower.namespaces == [name])
    // What is said of the old one is of no concern any more.
    follower.compare(at: script.clock, isUsed: false)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.netns])
  }

  /// Address 0 is none: a name for it comes later.
  @Test mutating func addressComesLater() {
    let other = Follower()
    script.foundMini(.timeWait)
    let last = script.records.count - 1
    var mini = script.mini(in: .timeWait)
    mini.net = 0
    script.records[last].facts = .foundMini(mini)
    other.take(&script)
    script.scanned()
    other.take(&script)
    other.settle(at: script.clock)
    #expect(other.timeWaits.isEmpty)
    #expect(other.tracker.namespacesToAsk == [Script.name])
  }

  /// Its timer had fired, or it had gone before that: nobody knows.
  @Test(arguments: [false, true])
  func goneAfterTheTimer(_ isSettled: Bool) {
    let now = script.clock + 70_000_000_000
    if isSettled { follower.settle(at: now) }
    follower.compare(at: now, isUsed: false)
    follower.settle(at: now)
    #expect(follower.causes == [.unknown] && follower.timeWaits.first?.endedAt == nil)
  }

  /// The same where a record tells of the new one.
  @Test mutating func replacedAfterTheTimer() {
    script.wait(70_000_000)
    script.scanned(address: Script.net + 0x2000)
    follower.take(&script)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.unknown])
  }

  /// Others live on.
  @Test mutating func onlyItsOwn() {
    script.nextSocket()
    script.leaveTimeWait()
    for index in script.records.indices { script.records[index].netns += 1 }
    let last = script.records.count - 1
    if case .closed(let from, var facts) = script.records[last].facts {
      facts.net += 0x2000
      script.records[last].facts = .closed(from: from, facts)
    }
    follower.take(&script)
    follower.compare(at: script.clock, isUsed: false)
    follower.settle(at: script.clock)
    #expect(follower.causes == [.netns])
    #expect(follower.minis == 1)
  }

  /// Connections are ended by their own records.
  @Test mutating func connectionsStay() {
    script.nextSocket()
    script.tuple.localPort += 1
    script.openActively()
    follower.take(&script)
    follower.compare(at: script.clock, isUsed: false)
    follower.settle(at: script.clock)
    #expect(follower.ends.count == 1 && follower.live == 1)
  }
}

/// A recording may name any number of them.
struct TimeWaitManyNamespacesTests {
  @Test func haveABound() {
    let follower = Follower()
    var script = Script()
    for number in UInt32(1)...70_000 {
      var record = Record.word(.scanned(address: UInt64(number) << 12), at: script.clock)
      record.netns = number
      follower.tracker.apply(record, into: &follower.collector)
    }
    #expect(follower.namespaces.count == 65_536)
    // One that is left in none of those is told as lost, and not counted nowhere.
    script.leaveTimeWait()
    follower.take(&script)
    follower.settle(at: script.clock)
    var losses = Losses()
    losses.takeOver(from: follower.tracker)
    #expect(follower.minis == 0 && losses.table == 1)
  }

  /// What has ended by its timer waits for its namespace's word, but not in any number.
  @Test func unconfirmedHaveABound() {
    let follower = Follower(capacity: 64)
    var script = Script()
    for number in UInt16(0)..<200 {
      script.tuple.localPort = 1000 + number
      script.leaveTimeWait()
      script.nextSocket()
      follower.take(&script)
      script.wait(70_000_000)
      follower.settle(at: script.clock)
    }
    #expect(follower.causes.count >= 130 && follower.causes.allSatisfy { $0 == .unknown })
  }
}
