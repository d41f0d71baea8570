// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Until somebody accepts it, a connection is its listener's; where that is sure.
struct ListenerTests {
  private static let first: UInt64 = 0xffff_8880_0900_0000
  private static let second: UInt64 = 0xffff_8880_0900_1000
  private static let mapped = Address(v4: 0)
  private static let any = Address(high: 0, low: 0)

  private func owner(
    isIPv6: Bool = false, scanning: Bool = true, losses: Losses = Losses(),
    _ write: (inout Script) -> Void
  ) -> (process: Process, source: OwnerSource)? {
    var script = Script()
    let follower = Follower()
    if scanning { follower.scan(&script) }
    write(&script)
    if isIPv6 { script.base.insert(.ipv6) }
    script.append(.openedPassively(cgroup: 1, uid: 33))
    script.establish(from: .synRecv)
    follower.take(&script)
    follower.losses = losses
    follower.finish(at: script.clock)
    guard let connection = follower.ends.last?.connection, connection.owner.isKnown else {
      return nil
    }
    return (connection.owner, connection.ownerSource)
  }

  @Test func one() {
    let found = owner {
      $0.listen(); $0.base = []
    }
    #expect(found?.process == Script.master && found?.source == .listener)
  }

  @Test func none() {
    #expect(owner { $0.base = [] } == nil)
  }

  @Test func closed() {
    #expect(
      owner {
        $0.listen(); $0.listen(false); $0.base = []
      } == nil)
  }

  @Test func ofAnotherPort() {
    let found = owner {
      $0.tuple.localPort += 1
      $0.listen()
      $0.tuple.localPort -= 1
      $0.base = []
    }
    #expect(found == nil)
  }

  /// SO_REUSEPORT: which of them it came to is not told. Of one process it does not matter.
  @Test(arguments: [(Script.rival, false), (Script.master, true)])
  func two(_ other: Process, _ isSaid: Bool) {
    let found = owner {
      $0.listen()
      $0.listen(socket: Self.second, by: other)
      $0.base = []
    }
    #expect((found != nil) == isSaid)
  }

  @Test func twoOfWhichOneHasGone() {
    let found = owner {
      $0.listen(by: Script.rival)
      $0.listen(socket: Self.second)
      $0.listen(false, by: Script.rival)
      $0.base = []
    }
    #expect(found?.process == Script.master)
  }

  /// The very address goes before all addresses (`compute_score`).
  @Test func exactBeforeAny() {
    let found = owner {
      $0.listen(by: Script.rival)
      $0.listen(socket: Self.second, address: $0.tuple.local)
      $0.base = []
    }
    #expect(found?.process == Script.master)
  }

  @Test func ofAnotherAddress() {
    let found = owner {
      $0.listen(address: Address(v4: 0x0a00_0063))
      $0.base = []
    }
    #expect(found == nil)
  }

  /// Beside each other at one port: an IPv6 child, mapped or not, comes from an IPv6 listener.
  @Test(arguments: [false, true])
  func families(_ isIPv6: Bool) {
    let found = owner(isIPv6: isIPv6) {
      $0.listen(by: Script.rival)
      $0.listen(socket: Self.second, address: Self.any, isIPv6: true)
      $0.base = []
    }
    #expect(found?.process == (isIPv6 ? Script.master : Script.rival))
  }

  /// Another listener in the memory of one whose end was lost.
  @Test func reusedSocket() {
    let found = owner {
      $0.listen(by: Script.rival)
      $0.listen()
      $0.base = []
    }
    #expect(found?.process == Script.master)
  }

  @Test func acceptBeatsIt() {
    var script = Script()
    let follower = Follower()
    follower.scan(&script)
    script.listen()
    script.openPassively()
    script.taken()
    script.listen(false)
    follower.take(&script)
    follower.finish(at: script.clock)
    #expect(follower.ends.last?.connection.owner == Script.process)
    #expect(follower.ends.last?.connection.ownerSource == .accept)
  }

  /// Whoever closes it without having accepted it cannot be: it has it from somewhere.
  @Test func closeBeatsIt() {
    var script = Script()
    let follower = Follower()
    follower.scan(&script)
    script.listen()
    script.openPassively()
    script.shut(.established, .finWait1)
    follower.take(&script)
    follower.finish(at: script.clock)
    #expect(follower.ends.last?.connection.owner == Script.process)
    #expect(follower.ends.last?.connection.ownerSource == .close)
  }
}
