// SPDX-License-Identifier: Apache-2.0
import MadeUpHost
import Testing

@testable import Lifecycle

/// What comes from the kernel is data: whatever it is, nothing traps on it.
struct HostileValueTests {
  private static let values: [UInt64] = [
    0, 1, 2, 0x7fff_ffff, 0xffff_ffff, 4_294_892_296, 1 << 62, 1 << 63, .max - 1, .max,
  ]

  private static let states: [TCPState] = [
    .established, .synSent, .synRecv, .finWait1, .finWait2, .timeWait, .closed, .closeWait,
    .lastAck, .listen, .closing,
  ]

  private static func facts(_ random: inout SplitMix) -> Record.Facts {
    func value() -> UInt64 { values[Int(random.next() % UInt64(values.count))] }
    func word() -> UInt32 { UInt32(truncatingIfNeeded: value()) }
    func state() -> TCPState { states[Int(random.next() % UInt64(states.count))] }
    let task = random.next() % 2 == 0 ? Script.process : .none
    let mini = Record.Mini(
      substate: state(), expires: value(), jiffies: value(), net: value())
    switch random.next() % 14 {
    case 0: return .openedActively(cgroup: value(), uid: word(), task: task)
    case 1: return .openedPassively(cgroup: value(), uid: word())
    case 2:
      return .established(
        from: state(),
        Record.Handshake(
          srtt: word(), totalRetrans: word(), sndUna: word(), rcvNxt: word(), bytesAcked: word(),
          bytesReceived: word()))
    case 3: return .step(from: state(), to: state(), stamp: value(), unsent: word())
    case 4:
      return .shut(
        from: state(), to: state(),
        Record.Shut(
          lag: word(), unsent: word(), unacked: word(), segsOut: word(), task: task))
    case 5, 6, 7:
      return .closed(
        from: state(),
        Record.Closed(
          bytesAcked: value(), bytesReceived: value(), stamp: value(), unread: word(),
          unacked: word(), unsent: word(), segsIn: word(), task: task, finTime: word(),
          jiffies: value(), net: value()))
    case 8: return random.next() % 2 == 0 ? .resetReceived : .resetSent(isAnswer: true)
    case 9:
      let bits = random.next()
      return .mini(
        mini, Record.Segment(isGone: bits & 1 == 1, hasRST: bits & 2 == 2, hasSYN: bits & 4 == 4))
    case 10: return .listening(isOpen: random.next() % 2 == 0, task: task)
    case 11: return .taken(.accept, cgroup: value(), uid: word(), task: task)
    case 12: return .found(state(), cgroup: value(), uid: word(), task: task)
    default: return random.next() % 2 == 0 ? .foundMini(mini) : .scanned(address: value())
    }
  }

  @Test(arguments: 1...20)
  func trapNowhere(_ seed: UInt64) {
    var random = SplitMix(seed: seed)
    let follower = Follower(capacity: 64)
    func value() -> UInt64 { Self.values[Int(random.next() % UInt64(Self.values.count))] }
    for step in 0..<3000 {
      let port = UInt16(random.next() % 3)
      let address = Address(high: value(), low: value())
      let record = Record(
        socket: value(), at: value(),
        tuple: Tuple(local: address, localPort: port, remote: address, remotePort: 2 - port),
        netns: UInt32(random.next() % 3),
        flags: Record.Flags(rawValue: UInt16(truncatingIfNeeded: random.next())),
        error: [0, 0, 32, 103, 104, 110][Int(random.next() % 6)],
        shutdown: UInt8(random.next() % 4), facts: Self.facts(&random))
      follower.tracker.apply(record, into: &follower.collector)
      switch step % 16 {
      case 3: follower.settle(at: value())
      case 7:
        let facts = NamespaceFacts(
          inode: record.netns, cookie: value(), at: value(), jiffies: value(),
          minis: Int(truncatingIfNeeded: value() >> 32), ports: 0...(.max))
        let name = follower.namespaces.first
        if let name { follower.tracker.compare(name, facts, facts) }
      case 11: follower.tracker.beginScan()
      case 13: _ = follower.tracker.census(at: value())
      default: break
      }
    }
    follower.finish(at: .max)
    #expect(follower.live == 0)
  }

  /// A mini socket whose timer makes no sense keeps no other from its end.
  @Test(arguments: [UInt64(0), 1, 1 << 40, 1 << 63, .max - 1, .max])
  func senselessTimer(_ expires: UInt64) {
    var script = Script()
    let follower = Follower()
    script.leaveTimeWait()
    script.tuple.localPort += 1
    script.append(
      .foundMini(
        Record.Mini(
          substate: .timeWait, expires: expires, jiffies: Script.jiffies(at: script.clock),
          net: Script.net)))
    follower.take(&script)
    follower.confirm(at: script.clock + 70_000_000_000)
    #expect(follower.causes.contains(.timer) && follower.timeWaits.contains { $0.id == 1 })
  }

  /// Nor does a senseless restart touch the timer that is known.
  @Test(arguments: [UInt64(0), 1, 1 << 40, 1 << 63, .max - 1, .max])
  func senselessRestart(_ expires: UInt64) {
    var script = Script()
    let follower = Follower()
    script.leaveTimeWait()
    let fires = Script.fires(script.clock - 10_000)
    script.append(
      .mini(
        Record.Mini(
          substate: .timeWait, expires: expires, jiffies: Script.jiffies(at: script.clock),
          net: Script.net), Record.Segment(isGone: false, hasRST: false, hasSYN: false)))
    follower.take(&script)
    follower.confirm(at: fires)
    #expect(follower.causes == [.timer] && follower.timeWaits.first?.endedAt == fires)
  }
}
