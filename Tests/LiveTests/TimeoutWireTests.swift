// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Connections whose peer has gone silent.
  @Suite struct TimeoutWireTests {
    private static let open = "SYN_SENT ESTABLISHED"

    private func story(_ stage: Stage = .established, error: String = "ETIMEDOUT") -> Story {
      Story(
        open: "active", error: error, close: "retransmit_timeout", firstFin: stage.firstFIN,
        states: "\(Self.open) \(stage.states)CLOSED")
    }

    /// Probes of a connection that has nothing to send; at last the kernel sends a RST.
    @Test func keepalive() throws {
      let (client, _, packets) = try onTheWire { link in
        let pair = try link.connect { socket in
          try socket.setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
          for option in [TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT] {
            try socket.setOption(CInt(IPPROTO_TCP), option, 1)
          }
        }
        link.cut()
        try pair.client.waitUntilReset()
        try pair.server.setLingerZero()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", error: "ETIMEDOUT", close: "keepalive_timeout", reset: "sent",
            states: "\(Self.open) CLOSED"), "\(packets)")
      #expect(packets.from(.client).count(where: \.isRST) == 1 && client.closer == nil)
    }

    enum Limit: CaseIterable { case retries2, userTimeout }

    /// Data that nobody acknowledges.
    @Test(arguments: Limit.allCases)
    func unacknowledged(limit: Limit) throws {
      let (client, _, packets) = try onTheWire { link in
        if limit == .retries2 { try link.set("tcp_retries2", 1) }
        let pair = try link.connect { socket in
          if limit == .userTimeout {
            try socket.setOption(CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, 500)
          }
        }
        link.cut()
        try pair.client.send(1)
        try pair.client.waitUntilReset()
        try pair.server.setLingerZero()
        return pair.ports
      }
      #expect(client.story == story(), "\(packets)")
      #expect(packets.from(.client).count(where: \.hasData) > 1 && client.closer == nil)
      #expect(client.bytesSent == 0)
    }

    /// The errors do not end an established connection, and are its errno when it is given up.
    @Test(arguments: [(0, "ENETUNREACH"), (1, "EHOSTUNREACH")] as [(UInt8, String)])
    func unreachable(code: UInt8, error: String) throws {
      let (client, _, packets) = try onTheWire { link in
        try link.set("tcp_retries2", 1)
        let pair = try link.connect()
        link.refuse(from: .client, code: code)
        try pair.client.send(1)
        try pair.client.waitUntilReset()
        try pair.server.setLingerZero()
        return pair.ports
      }
      #expect(client.story == story(error: error), "\(packets)")
    }

    /// The peer answers each probe, and never makes room.
    @Test(arguments: [true, false])
    func closedWindow(isAnswered: Bool) throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connectToSmallWindow()
        try pair.client.setOption(CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, 500)
        try pair.client.fill()
        try link.waitForProbes(of: .client, pair.ports)
        if !isAnswered { link.cut() }
        try pair.client.waitUntilReset()
        return pair.ports
      }
      #expect(client.story == story())
      // Bytes that were never read.
      #expect(server.close == "reset_sent" && server.why == "unread_data")
      #expect(client.closer == nil && client.bytesSent == server.bytesReceived)
    }

    /// A FIN that nobody answers, of an end that has been closed.
    @Test(arguments: [Stage.finWait1, .lastACK, .closing])
    func finUnanswered(in stage: Stage) throws {
      let (client, _, packets) = try onTheWire { link in
        try link.set("tcp_orphan_retries", 1)
        let pair = try link.connect()
        try link.bring(pair, to: stage)
        link.cut()
        pair.client.close()
        try link.waitUntilGone(.client, pair.ports)
        try pair.server.setLingerZero()
        return pair.ports
      }
      #expect(client.story == story(stage), "\(packets)")
      #expect(packets.from(.client).count(where: \.isFIN) > 1 && client.closer?.pid == ownPID)
    }

    /// Both ends give up, each for itself.
    @Test func finsUnansweredOnBothSides() throws {
      let (client, server, packets) = try onTheWire { link in
        try link.set("tcp_orphan_retries", 1)
        let pair = try link.connect()
        link.cut()
        for side in [Side.client, .server] { pair.end(side).close() }
        for side in [Side.client, .server] { try link.waitUntilGone(side, pair.ports) }
        return pair.ports
      }
      var expected = story(.finWait1)
      #expect(client.story == expected, "\(packets)")
      expected.open = "passive"
      expected.states = "SYN_RECV ESTABLISHED FIN_WAIT1 CLOSED"
      #expect(server.story == expected)
    }
  }
}
