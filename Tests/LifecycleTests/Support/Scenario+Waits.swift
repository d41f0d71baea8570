// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

extension Scenario {
  /// TIME_WAITs that do not simply end by their timer.
  static let waits: [Scenario] = [
    Scenario(
      "a RST, and then the same addresses again",
      .active(.threeWay, .local, endsIn: .timeWait), .passive(.threeWay, .local, endsIn: .timeWait)
    ) {
      $0.leaveTimeWait()
      $0.wait(2_000_000)
      $0.mini(.timeWait, isGone: true, hasRST: true)
      $0.reopenPassively()
    },
    Scenario(
      "a SYN", .active(.threeWay, .local, endsIn: .timeWait),
      .passive(.threeWay, .local, endsIn: .timeWait)
    ) {
      $0.leaveTimeWait()
      $0.wait(2_000_000)
      $0.reopenPassively()
    },
    Scenario(
      "a restart, and then connect() takes it", .active(.threeWay, .local, endsIn: .timeWait),
      .active(.resetReceived, reset: .received)
    ) {
      $0.leaveTimeWait()
      $0.wait(2_000_000)
      $0.mini(.timeWait)
      $0.wait(2_000_000)
      $0.nextSocket()
      $0.openActively()
      $0.resetReceived()
      $0.closed(from: .established, error: 104)
    },
    Scenario(
      "a FIN to a mini socket, another, and a RST",
      Truth(
        close: .fourWay, firstFIN: .local, endsIn: .timeWait, via: .finWait2Mini, rtt: 40_123,
        connectTime: 110_000)
    ) {
      $0.leaveOrphan()
      $0.wait(2_000_000)
      $0.mini(.timeWait)
      $0.wait(2_000_000)
      $0.mini(.timeWait)
      $0.wait(2_000_000)
      $0.mini(.timeWait, isGone: true, hasRST: true)
    },
    Scenario(
      "connect() from the same port, refused by it",
      .active(.threeWay, .local, endsIn: .timeWait), .failed(.noPorts),
      .failed(.refused, reset: .received)
    ) {
      $0.leaveTimeWait()
      $0.wait(100_000)
      $0.nextSocket()
      $0.connect(stalePort: 40_000)
      $0.closed(from: .synSent, Record.Closed(task: Script.process), .owned, shutdown: 0)
      $0.wait(2_000_000)
      $0.nextSocket()
      $0.connect(stalePort: 40_000)
      $0.resetReceived()
      $0.closed(from: .synSent, Record.Closed(unacked: 1, segsIn: 1), error: 111)
    },
  ]
}

extension Script {
  /// A child of the same addresses, which leaves a TIME_WAIT in its turn.
  fileprivate mutating func reopenPassively() {
    nextSocket()
    openPassively()
    shut(.established, .finWait1)
    step(.finWait1, .finWait2)
    closed(from: .finWait2, .done, sameSegment: true)
  }
}
