// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

extension Scenario {
  /// How a connection opens; each is left open, so that only the open is judged.
  static let opens: [Scenario] = [
    Scenario("plain, active", open(.active, rtt: 40_123, connectTime: 110_000)) {
      $0.openActively()
    },
    Scenario("plain, passive", open(.passive, rtt: 40_321, isOwned: false)) { $0.openPassively() },
    Scenario(
      "first SYN lost: the sample may be a timestamp's",
      open(.active, .retransmitted, connectTime: 1_110_000)
    ) {
      $0.connect()
      $0.wait(1000)
      $0.establish(rtt: 10_000, retrans: 1)
    },
    Scenario("SYN-ACK lost, passive", open(.passive, .retransmitted, isOwned: false)) {
      $0.child()
      $0.establish(from: .synRecv, rtt: 11_000, retrans: 2)
    },
    Scenario("SYN cookie: whole milliseconds", open(.passive, .timestampSample, isOwned: false)) {
      $0.child()
      $0.establish(from: .synRecv, rtt: 49_000)
    },
    Scenario("no timestamps, no sample", open(.passive, .noSample, isOwned: false)) {
      $0.child()
      $0.establish(from: .synRecv, rtt: 0)
    },
    Scenario(
      "an active sample of whole milliseconds is one",
      open(.active, rtt: 3000, connectTime: 110_000)
    ) { $0.openActively(rtt: 3000) },
    Scenario("simultaneous open", open(.simultaneous, .noSample)) {
      $0.connect()
      $0.step(.synSent, .synRecv)
      $0.establish(from: .synRecv)
    },
    Scenario("connect to self", open(.selfConnect, .noSample)) {
      $0.tuple.remote = $0.tuple.local
      $0.tuple.remotePort = $0.tuple.localPort
      $0.connect()
      $0.step(.synSent, .synRecv)
      $0.establish(from: .synRecv)
    },
    Scenario(
      "Fast Open: accepted before it is established", open(.passive, rtt: 40_321, isOwned: false)
    ) {
      $0.child()
      $0.wait(40_000)
      $0.base = .hasSocket
      $0.append(
        .established(
          from: .synRecv,
          Record.Handshake(
            srtt: 40_321 << 3, totalRetrans: 0, sndUna: 1001, rcvNxt: 5101, bytesAcked: 0,
            bytesReceived: 100)))
    },
    Scenario("still opening", Truth(result: nil, endsIn: nil)) { $0.connect() },
    Scenario(
      "a child before Linux 6.15 has no peer at first", open(.passive, rtt: 40_321, isOwned: false)
    ) {
      let peer = $0.tuple
      $0.tuple.remote = Address(v4: 0)
      $0.tuple.remotePort = 0
      $0.child()
      $0.tuple = peer
      $0.establish(from: .synRecv, rtt: 40_321)
    },
  ]

  private static func open(
    _ open: Open, rtt: UInt32 = 0, _ rttUnknown: RTTUnknown = .notSeen, connectTime: UInt64? = nil,
    isOwned: Bool = true
  ) -> Truth {
    Truth(
      open: open, endsIn: nil, rtt: rtt, rttUnknown: rttUnknown, connectTime: connectTime,
      isOwned: isOwned)
  }

  private static func open(
    _ open: Open, _ rttUnknown: RTTUnknown, connectTime: UInt64? = nil, isOwned: Bool = true
  ) -> Truth {
    self.open(open, rtt: 0, rttUnknown, connectTime: connectTime, isOwned: isOwned)
  }

  /// Opens that fail: all SYN_SENT>CLOSE.
  static let failures: [Scenario] = [
    Scenario("refused by a RST", .failed(.refused, reset: .received)) {
      $0.connect()
      $0.resetReceived()
      $0.closed(from: .synSent, Record.Closed(segsIn: 1), error: 111)
    },
    Scenario("refused, the RST handled by a task", .failed(.refused, reset: .received)) {
      $0.connect()
      $0.resetReceived()
      $0.closed(
        from: .synSent, Record.Closed(segsIn: 1, task: Script.process), .owned, error: 111)
    },
    Scenario("ICMP port unreachable", .failed(.unreachable)) {
      $0.connect()
      $0.closed(from: .synSent, Record.Closed(), error: 111)
    },
    Scenario("ICMP host unreachable", .failed(.unreachable)) {
      $0.connect()
      $0.closed(from: .synSent, Record.Closed(softError: 0), error: 113)
    },
    Scenario("nobody answers", .failed(.timeout)) {
      $0.connect()
      $0.wait(127_000_000)
      $0.closed(from: .synSent, Record.Closed(totalRetrans: 6), error: 110)
    },
    Scenario("the application closes", .failed(.aborted)) {
      $0.connect()
      $0.closed(from: .synSent, Record.Closed(unacked: 1, task: Script.process), .owned)
    },
    Scenario("connect(AF_UNSPEC) while connecting", .failed(.aborted)) {
      $0.connect()
      $0.closed(
        from: .synSent, Record.Closed(unacked: 1, task: Script.process), .owned, shutdown: 0)
    },
    Scenario("no local port is free", .failed(.noPorts)) {
      $0.connect()
      $0.closed(
        from: .synSent, Record.Closed(task: Script.process), .owned, shutdown: 0, port: 0)
    },
    Scenario("a bound port, and the pair is in use", .failed(.noPorts)) {
      $0.connect(stalePort: 40_000)
      $0.closed(from: .synSent, Record.Closed(task: Script.process), .owned, shutdown: 0)
    },
    Scenario("ended by ss -K", .failed(.adminAbort)) {
      $0.connect()
      $0.closed(from: .synSent, Record.Closed(task: Script.process), .owned, error: 103)
    },
    Scenario(
      "a socket that is refused, then connected", .failed(.refused, reset: .received),
      Truth(endsIn: nil, rtt: 40_123, connectTime: 110_000)
    ) {
      $0.connect()
      $0.resetReceived()
      $0.closed(from: .synSent, Record.Closed(segsIn: 1), error: 111)
      $0.tuple.localPort = 40_001
      $0.connect(stalePort: 40_000)
      $0.establish()
    },
    Scenario(
      "the same, bound to one port", .failed(.refused, reset: .received),
      Truth(endsIn: nil, rtt: 40_123, connectTime: 110_000)
    ) {
      $0.connect(stalePort: 40_000)
      $0.resetReceived()
      $0.closed(from: .synSent, Record.Closed(segsIn: 1), error: 111)
      $0.connect(stalePort: 40_000)
      $0.establish()
    },
  ]
}
