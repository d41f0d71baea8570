// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// With SO_REUSEPORT there may be a listener that nobody was told of: then none is named.
struct ListenerDoubtTests {
  private var script = Script()
  private let follower = Follower()

  private mutating func source() -> OwnerSource? {
    script.base = []
    script.child()
    script.establish(from: .synRecv)
    script.nextSocket()
    script.tuple.remotePort += 1
    follower.take(&script)
    follower.settle(at: script.clock)
    return follower.connection(script.socket - 0x1000).flatMap {
      $0.owner.isKnown ? $0.ownerSource : nil
    }
  }

  /// Before the first scan, or where none is to be had, there may be older ones.
  @Test mutating func beforeTheFirstScan() {
    script.listen()
    #expect(source() == nil)
    follower.scan(&script) { $0.foundListener(by: .none) }
    #expect(source() == .listener)
  }

  /// A scan that is under way has not told of all.
  @Test mutating func amidAScan() {
    script.listen()
    follower.take(&script)
    follower.tracker.beginScan()
    script.scanned()
    #expect(source() == nil)
  }

  /// Also of a namespace that has no path: who holds its listeners is told for all at once.
  @Test mutating func otherNamespace() {
    follower.tracker.beginScan()
    script.listen()
    follower.take(&script)
    follower.tracker.finishScan()
    #expect(source() == .listener)
  }

  enum Place: CaseIterable {
    case ringOfOwners, ring, guarded, malformed

    func add(to losses: inout Losses) {
      switch self {
      case .ringOfOwners: losses.ring.owners += 1
      case .ring: losses.ring.transitions += 1
      case .guarded: losses.guarded.transitions += 1
      case .malformed: losses.malformed += 1
      }
    }
  }

  /// A record of a listener may be among what was lost, until the next scan.
  @Test(arguments: Place.allCases)
  mutating func afterALoss(_ place: Place) {
    follower.scan(&script)
    script.listen()
    #expect(source() == .listener)
    place.add(to: &follower.losses)
    follower.settle(at: script.clock)
    #expect(source() == nil)
    follower.scan(&script) { $0.foundListener(by: Script.master) }
    #expect(source() == .listener)
  }

  /// The loss is counted after the connection: it is taken back.
  @Test mutating func lossOfTheSameReading() {
    follower.scan(&script)
    script.listen()
    #expect(source() == .listener)
    script.base = []
    script.child()
    script.establish(from: .synRecv)
    follower.take(&script)
    follower.losses.ring.owners += 1
    follower.finish(at: script.clock)
    let told = follower.ends.map(\.connection)
    #expect(told.map(\.owner) == [Script.master, .none], "the first was before it")
  }

  /// A scan finds one more than was told of.
  @Test mutating func scanFindsAnother() {
    follower.scan(&script)
    script.listen()
    #expect(source() == .listener)
    follower.scan(&script) {
      $0.foundListener(by: Script.master)
      $0.foundListener(socket: 0xffff_8880_0900_1000, by: Script.rival)
    }
    #expect(source() == nil)
    // And one less.
    follower.scan(&script) { $0.foundListener(by: Script.master) }
    #expect(source() == .listener)
  }

  /// A listener without a process is somebody's.
  @Test mutating func foundWithoutProcess() {
    follower.scan(&script) { $0.foundListener(by: .none) }
    #expect(source() == nil)
    // The open files come after the sockets.
    script.foundListener(by: Script.master)
    #expect(source() == .listener)
    script.foundListener(by: Script.rival)
    #expect(source() == .listener, "the oldest process that holds it")
  }

  /// Crossed SYNs need no listener.
  @Test mutating func notOfAnActiveOpen() {
    follower.scan(&script)
    script.listen()
    script.base = .hasSocket
    script.establish(from: .synRecv)
    follower.take(&script)
    #expect(follower.connection(script.socket)?.owner.isKnown == false)
  }
}
