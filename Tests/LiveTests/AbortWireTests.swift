// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Connections that are cut short, in each state that one can be in.
  @Suite struct AbortWireTests {
    private static let open = "SYN_SENT ESTABLISHED"
    private static let child = "SYN_RECV ESTABLISHED"

    /// Of an application's socket, and of one that it has closed.
    @Test(arguments: Stage.allCases, [false, true])
    func resetFromOutside(in stage: Stage, isOrphan: Bool) throws {
      if isOrphan && !stage.staysAnOrphan { return }
      let (client, _, packets) = try onTheWire { link in
        let pair = try link.connect()
        try link.bring(pair, to: stage)
        if isOrphan { pair.client.close() }
        try link.forge(.rst, from: .server, pair.ports)
        try link.waitUntilGone(.client, pair.ports)
        try pair.server.setLingerZero()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", error: stage == .closeWait ? "EPIPE" : "ECONNRESET",
            close: "reset_received", firstFin: stage.firstFIN, reset: "received",
            states: "\(Self.open) \(stage.states)CLOSED"), "\(packets)")
      #expect(client.killer == nil && (client.closer == nil) == !stage.isShut)
    }

    @Test(arguments: Stage.allCases, [false, true])
    func endedByAnAdministrator(in stage: Stage, isOrphan: Bool) throws {
      if isOrphan && !stage.staysAnOrphan { return }
      let (client, _, packets) = try onTheWire { link in
        let pair = try link.connect()
        try link.bring(pair, to: stage)
        if isOrphan { pair.client.close() }
        try link.kill(.client, pair.ports)
        try link.waitUntilGone(.client, pair.ports)
        try pair.server.setLingerZero()
        return pair.ports
      }
      // The states of which a peer still has to be told (`tcp_need_reset`).
      let isTold = stage != .lastACK && stage != .closing
      #expect(
        client.story
          == Story(
            open: "active", error: "ECONNABORTED", close: "admin_abort",
            firstFin: stage.firstFIN, reset: isTold ? "sent" : nil,
            states: "\(Self.open) \(stage.states)CLOSED"), "\(packets)")
      #expect(client.killer?.comm == "ss" && client.killer?.pid != ownPID)
    }

    /// close() with a linger time of 0, after shutdown(): a RST where the peer may still wait for
    /// something, and nothing where it does not (`tcp_need_reset`).
    @Test(arguments: Stage.allCases)
    func lingerOfZero(in stage: Stage) throws {
      let (client, _, packets) = try onTheWire { link in
        let pair = try link.connect()
        try link.bring(pair, to: stage)
        try pair.client.setLingerZero()
        pair.client.close()
        try pair.server.setLingerZero()
        return pair.ports
      }
      let isTold = stage != .lastACK && stage != .closing
      #expect(
        client.story
          == Story(
            open: "active", close: isTold ? "reset_sent" : "aborted", firstFin: stage.firstFIN,
            reset: isTold ? "sent" : nil, why: isTold ? "linger0" : nil,
            states: "\(Self.open) \(stage.states)CLOSED"), "\(packets)")
      #expect(client.closer?.pid == ownPID)
    }

    /// RFC 5961 §3.2: out of the window it is nothing, within it a reason to ask.
    @Test(arguments: [10, 0x1000_0000] as [UInt32])
    func resetWithAWrongNumber(distance: UInt32) throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connect()
        try link.forge(.rst, from: .server, pair.ports, distance: distance)
        try pair.client.send(1)
        try pair.server.receive()
        pair.client.close()
        try link.wait(for: .finWait2, of: .client, pair.ports)
        return pair.ports
      }
      #expect(packets.count { $0.isForged && $0.isRST } == 1)
      for end in [client, server] { #expect(end.close == "four_way" && end.reset == nil) }
    }

    @Test func resetOfAMiniSocket() throws {
      let (client, _, _) = try onTheWire { link in
        let pair = try link.connect()
        pair.client.close()
        try link.waitForMini(.client, pair.ports)
        try link.forge(.rst, from: .server, pair.ports)
        try link.waitUntilGone(.client, pair.ports)
        try pair.server.setLingerZero()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "reset_received", firstFin: "local", reset: "received",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI CLOSED"))
    }

    /// A SYN with a number of the old connection is answered with a RST.
    @Test func connectionToAMiniSocket() throws {
      let (client, _, _) = try onTheWire { link in
        let pair = try link.connect()
        pair.client.close()
        try link.waitForMini(.client, pair.ports)
        try link.forge(.syn, from: .server, pair.ports)
        try link.waitUntilGone(.client, pair.ports)
        try pair.server.setLingerZero()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "reset_sent", firstFin: "local", reset: "sent",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI CLOSED"))
    }

    /// The peer has forgotten it and comes again from the same port: the mini socket answers the SYN
    /// with an ACK, the peer that with a RST, and then it may (RFC 9293 §3.5.1).
    @Test func reconnectionToAMiniSocket() throws {
      let (ends, link) = try severalOnTheWire(4, isOneConnectionEach: false) { link in
        let pair = try link.connect()
        pair.server.close()
        try link.waitForMini(.server, pair.ports)
        link.drop(from: .client, \.isRST)
        try pair.client.setLingerZero()
        pair.client.close()
        try link.wait(for: "a RST", from: .client, \.isRST)
        link.mend()
        let again = try link.socket(.client)
        try again.bind(Side.client.address, port: pair.ports.client)
        try again.connect(Side.server.address, port: pair.ports.server)
        _ = try pair.listener.accept()
      }
      #expect(ends.map(\.openResult) == Array(repeating: "established", count: 4))
      #expect(Set(ends.map(\.id)).count == 4)
      #expect(
        ends.first { $0.netns == link.server.inode }?.story
          == Story(
            open: "passive", close: "reset_received", firstFin: "local", reset: "received",
            states: "\(Self.child) FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI CLOSED"))
    }

    /// Of which nothing is told at all, but by the kernel's count.
    @Test func administratorEndsAMiniSocket() throws {
      let (client, _, _) = try onTheWire { link in
        try link.set("tcp_fin_timeout", 3)
        let pair = try link.connect()
        pair.client.close()
        try link.waitForMini(.client, pair.ports)
        try link.kill(.client, pair.ports)
        try link.waitUntilGone(.client, pair.ports)
        try pair.server.setLingerZero()
        return pair.ports
      }
      #expect(client.firstFin == "local" && client.reset == nil)
      #expect(client.close == "unknown" && client.endsIn == nil)
    }

    enum Meeting: CaseIterable {
      case finOnTheWay, finAcknowledged, ackAndData, mini, finWait2, shutBothWays
    }

    /// Data for an end that nobody reads from any more.
    @Test(arguments: Meeting.allCases)
    func dataAfterClose(_ meeting: Meeting) throws {
      let (client, server, packets) = try onTheWire { link in
        // With more than a minute a full socket waits in FIN_WAIT2.
        if meeting == .finWait2 { try link.set("tcp_fin_timeout", 90) }
        let pair = try link.connect()
        switch meeting {
        case .finOnTheWay: link.hold(from: .client)
        case .ackAndData: link.drop(from: .server, \.isBareACK)
        default: break
        }
        if meeting == .shutBothWays {
          _ = Glibc.shutdown(pair.client.descriptor, CInt(SHUT_RDWR))
        } else {
          pair.client.close()
        }
        switch meeting {
        case .finOnTheWay: try link.wait(for: "a FIN", from: .client, \.isFIN)
        case .ackAndData: try link.wait(for: "an ACK", from: .server, \.isBareACK)
        case .mini: try link.waitForMini(.client, pair.ports)
        default: try link.wait(for: .finWait2, of: .client, pair.ports)
        }
        try pair.server.send(5)
        if meeting == .finOnTheWay {
          try link.wait(for: "a RST", from: .client, \.isRST)
          link.release()
        }
        try pair.server.waitUntilReset()
        return pair.ports
      }
      let isFull = [.finOnTheWay, .finWait2, .shutBothWays].contains(meeting)
      let entered =
        switch meeting {
        case .finOnTheWay: "FIN_WAIT1"
        case .finWait2, .ackAndData, .shutBothWays: "FIN_WAIT1 FIN_WAIT2"
        default: "FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI"
        }
      #expect(
        client.story
          == Story(
            open: "active", error: isFull ? "ECONNRESET" : nil, close: "reset_sent",
            firstFin: "local", reset: "sent", why: "data_after_close",
            states: "\(Self.open) \(entered) CLOSED"), "\(packets)")
      #expect(server.close == "reset_received" && server.closer == nil)
      #expect(server.firstFin == "remote", "\(packets)")
    }

    /// The application wants no FIN_WAIT2 at all.
    @Test func negativeLinger2() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect { try $0.setOption(CInt(IPPROTO_TCP), TCP_LINGER2, -1) }
        pair.client.close()
        try pair.server.waitUntilReset()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "reset_sent", firstFin: "local", reset: "sent",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 CLOSED"))
      #expect(
        server.story
          == Story(
            open: "passive", error: "EPIPE", close: "reset_received", firstFin: "remote",
            reset: "received", states: "\(Self.child) CLOSE_WAIT CLOSED"))
    }

    /// Its client has closed and waits; nobody has accepted it, and nobody will.
    @Test func listenerClosedAfterTheFIN() throws {
      let (client, server, _) = try onTheWire { link in
        let listener = try link.listen()
        let (client, ports) = try link.beginConnecting(to: listener.localPort)
        try listener.waitUntilReadable()
        client.close()
        try link.waitForMini(.client, ports)
        listener.close()
        return ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "reset_received", firstFin: "local", reset: "received",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI CLOSED"))
      #expect(
        server.story
          == Story(
            open: "passive", close: "reset_sent", firstFin: "remote", reset: "sent",
            why: "listener_closed", states: "\(Self.child) CLOSE_WAIT CLOSED"))
      #expect(server.closer == nil)
    }

    /// close() with unread data resets in whatever state shutdown() has left.
    @Test(arguments: [Stage.established, .finWait1, .finWait2, .closeWait])
    func unreadData(in stage: Stage) throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connect()
        try pair.server.send(3)
        try pair.client.waitUntilReadable()
        try link.bring(pair, to: stage)
        pair.client.close()
        try pair.server.waitUntilReset()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "reset_sent", firstFin: stage.firstFIN, reset: "sent",
            why: "unread_data", states: "\(Self.open) \(stage.states)CLOSED"), "\(packets)")
      #expect(server.close == "reset_received")
    }
  }
}
