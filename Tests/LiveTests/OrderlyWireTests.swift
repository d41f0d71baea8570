// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Connections that end with FINs, some of which cross, wait or get lost.
  @Suite struct OrderlyWireTests {
    private static let open = "SYN_SENT ESTABLISHED"
    private static let child = "SYN_RECV ESTABLISHED"

    /// Of a server that closes second and has sent an ACK before.
    private let second = Story(
      open: "passive", close: "four_way", firstFin: "remote",
      states: "\(child) CLOSE_WAIT LAST_ACK CLOSED")

    /// The second close comes as soon as it can: before the ACK of the first, or after.
    @Test(arguments: [Side.client, .server])
    func prompt(first: Side) throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect()
        pair.end(first).close()
        try pair.end(first.other).waitUntilReadable()
        return pair.ports
      }
      let (one, other) = first == .client ? (client, server) : (server, client)
      #expect(one.firstFin == "local" && one.endsIn == "TIME_WAIT")
      #expect(other.firstFin == "remote" && other.endsIn == "CLOSED")
      #expect(one.close == other.close && one.closer != nil && other.closer != nil)
    }

    @Test func later() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect()
        pair.client.close()
        try link.wait(for: .finWait2, of: .client, pair.ports)
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "four_way", firstFin: "local", endsIn: "TIME_WAIT",
            via: "FIN_WAIT2_MINI",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI TIME_WAIT"))
      #expect(server.story == second)
    }

    @Test func halfClosed() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect()
        try pair.client.send(5)
        try pair.client.shutdownWriting()
        try link.wait(for: .finWait2, of: .client, pair.ports)
        try pair.server.send(3_000)
        try pair.client.waitUntilReadable()
        try pair.server.receive()
        pair.server.close()
        // All of it, and the FIN.
        try pair.client.receiveAll()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "four_way", firstFin: "local", endsIn: "TIME_WAIT",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 TIME_WAIT"))
      #expect(server.story == second)
      #expect(client.bytesSent == 5 && client.bytesReceived == 3_000)
    }

    @Test func shutThenClosed() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect()
        try pair.client.shutdownWriting()
        try link.wait(for: .finWait2, of: .client, pair.ports)
        pair.client.close()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "four_way", firstFin: "local", endsIn: "TIME_WAIT",
            via: "FIN_WAIT2_MINI",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI TIME_WAIT"))
      #expect(server.story == second && client.closer?.pid == ownPID)
    }

    /// close() waits for the ACK of its FIN.
    @Test func lingering() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect { try $0.setLinger(2) }
        pair.client.close()
        try pair.server.waitUntilReadable()
        return pair.ports
      }
      #expect(client.close == "four_way" && client.via == "FIN_WAIT2_MINI")
      #expect(client.why == nil && client.reset == nil && client.closer?.pid == ownPID)
      #expect(server.story == second)
    }

    @Test(arguments: [true, false])
    func crossed(isByClose: Bool) throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connect()
        for side in [Side.client, .server] {
          link.hold(from: side)
          if isByClose { pair.end(side).close() } else { try pair.end(side).shutdownWriting() }
          try link.wait(for: "a FIN", from: side, \.isFIN)
        }
        link.release()
        for side in [Side.client, .server] { try link.wait(for: .timeWait, of: side, pair.ports) }
        return pair.ports
      }
      var story = Story(
        open: "active", close: "simultaneous", firstFin: "both", endsIn: "TIME_WAIT",
        states: "\(Self.open) FIN_WAIT1 CLOSING TIME_WAIT")
      #expect(client.story == story, "\(packets)")
      story.open = "passive"
      story.states = "\(Self.child) FIN_WAIT1 CLOSING TIME_WAIT"
      #expect(server.story == story)
    }

    /// The mini socket's time runs out, and the peer's FIN then meets nobody.
    @Test func peerNeverCloses() throws {
      let (client, server, _) = try onTheWire { link in
        try link.set("tcp_fin_timeout", 1)
        let pair = try link.connect()
        pair.client.close()
        try link.wait(for: .finWait2, of: .client, pair.ports)
        try link.waitUntilGone(.client, pair.ports)
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "orphan_timeout", firstFin: "local",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI"))
      #expect(
        server.story
          == Story(
            open: "passive", error: "ECONNRESET", close: "reset_received", firstFin: "remote",
            reset: "received", states: "\(Self.child) CLOSE_WAIT LAST_ACK CLOSED"))
    }

    /// With more than a minute the full socket waits for what is more, as an orphan, and only then
    /// leaves a mini socket.
    @Test(arguments: [true, false])
    func longFINTimeout(isInMini: Bool) throws {
      let (client, server, _) = try onTheWire { link in
        try link.set("tcp_fin_timeout", 61)
        let pair = try link.connect()
        pair.client.close()
        try link.wait(for: .finWait2, of: .client, pair.ports)
        if isInMini { try link.waitForMini(.client, pair.ports) }
        return pair.ports
      }
      var story = Story(
        open: "active", close: "four_way", firstFin: "local", endsIn: "TIME_WAIT",
        states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 TIME_WAIT")
      if isInMini {
        story.via = "FIN_WAIT2_MINI"
        story.states = "\(Self.open) FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI TIME_WAIT"
      }
      #expect(client.story == story)
      #expect(server.story == second)
    }

    /// The client has come and gone before anybody accepts it.
    @Test func acceptedAfterItsFIN() throws {
      let (client, server, _) = try onTheWire { link in
        let listener = try link.listen()
        let (client, ports) = try link.beginConnecting(to: listener.localPort)
        try listener.waitUntilReadable()
        client.close()
        try link.wait(for: .finWait2, of: .client, ports)
        try link.wait(for: .closeWait, of: .server, ports)
        try listener.accept().receive()
        return ports
      }
      #expect(client.close == "four_way" && client.via == "FIN_WAIT2_MINI")
      #expect(server.story == second && server.closer?.pid == ownPID)
    }

    /// A FIN behind data that the peer has no room for, until it reads.
    @Test func waitingForAWindow() throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connectToSmallWindow()
        try pair.client.fill()
        pair.client.close()
        #expect(link.packets.count(where: \.isFIN) == 0)
        try pair.server.receiveAll()
        return pair.ports
      }
      #expect(client.firstFin == "local" && client.reset == nil)
      #expect(server.close == client.close && server.firstFin == "remote", "\(packets.suffix(9))")
    }

    /// The peer's FIN comes while the own one still waits for a window: they have not crossed.
    @Test func peerFirstWhileWaitingForAWindow() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connectToSmallWindow()
        try pair.client.fill()
        pair.client.close()
        #expect(link.packets.count(where: \.isFIN) == 0)
        try pair.server.shutdownWriting()
        try link.wait(for: .closing, of: .client, pair.ports)
        try pair.server.receiveAll()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "four_way", firstFin: "remote", endsIn: "TIME_WAIT",
            states: "\(Self.open) FIN_WAIT1 CLOSING TIME_WAIT"))
      #expect(
        server.story
          == Story(
            open: "passive", close: "four_way", firstFin: "local", endsIn: "TIME_WAIT",
            states: "\(Self.child) FIN_WAIT1 FIN_WAIT2 TIME_WAIT"))
    }

    /// The second FIN waits behind data that does not fit into the congestion window: what is sent
    /// before it acknowledges the first.
    @Test func secondBehindData() throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connect()
        link.hold(from: .server)
        try pair.server.send(40_000)
        try pair.client.shutdownWriting()
        try link.wait(for: .closeWait, of: .server, pair.ports)
        pair.server.close()
        link.release()
        try pair.client.receiveAll()
        return pair.ports
      }
      #expect(client.close == "four_way" && client.firstFin == "local", "\(packets)")
      // The tracer cannot see how many segments that data becomes.
      #expect(server.close == "unknown" || server.close == "four_way")
      #expect(server.firstFin == "remote")
    }

    /// The one end has sent an ACK before its FIN, and the other knows only of the FIN: each is right.
    @Test func lostACK() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect()
        link.drop(from: .server, \.isBareACK)
        pair.client.close()
        try link.wait(for: .closeWait, of: .server, pair.ports)
        try link.wait(for: "an ACK of the FIN", from: .server, \.isBareACK)
        pair.server.close()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "three_way", firstFin: "local", endsIn: "TIME_WAIT",
            states: "\(Self.open) FIN_WAIT1 FIN_WAIT2 TIME_WAIT"))
      #expect(server.story == second)
    }

    @Test(arguments: [Side.client, .server])
    func lostFIN(of side: Side) throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connect()
        link.drop(1, from: side, \.isFIN)
        pair.client.close()
        try pair.server.waitUntilReadable()
        pair.server.close()
        return pair.ports
      }
      #expect(packets.from(side).count(where: \.isFIN) > 1)
      #expect(client.firstFin == "local" && server.firstFin == "remote")
      #expect(client.endsIn == "TIME_WAIT" && server.endsIn == "CLOSED")
    }

    /// Lost, and so unknown to the one that was to get it; the FIN of the other came meanwhile.
    @Test func lostFINThatCrosses() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect()
        link.drop(1, from: .client, \.isFIN)
        link.hold(from: .server)
        pair.client.close()
        pair.server.close()
        for side in [Side.client, .server] { try link.wait(for: "a FIN", from: side, \.isFIN) }
        link.hold(from: .client, \.isFIN)
        link.release(keepingRules: true)
        try link.wait(for: .closing, of: .client, pair.ports)
        try link.wait(for: .finWait2, of: .server, pair.ports)
        link.release()
        for side in [Side.client, .server] { try link.wait(for: .timeWait, of: side, pair.ports) }
        return pair.ports
      }
      #expect(client.firstFin == "both" && client.close == "simultaneous")
      #expect(server.firstFin == "local" && server.close == "four_way")
    }

    /// The last data and the FIN are one segment.
    @Test func finWithData() throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connect()
        link.hold(from: .server)
        // What is not acknowledged makes the rest wait (RFC 9293 §3.7.4).
        try pair.client.send(3)
        try pair.client.send(4)
        pair.client.close()
        try link.wait(for: "a FIN", from: .client, \.isFIN)
        link.release()
        try pair.server.receiveAll()
        return pair.ports
      }
      #expect(packets.count { $0.isFIN && $0.hasData } > 0, "\(packets)")
      #expect(client.firstFin == "local" && client.bytesSent == 7 && server.bytesReceived == 7)
    }

    /// The FIN comes, and what is before it comes later.
    @Test func lostDataBeforeTheFIN() throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connect()
        link.drop(1, from: .client, \.hasData)
        try pair.client.send(3)
        pair.client.close()
        try link.wait(for: "the FIN", from: .client, \.isFIN)
        try pair.server.receiveAll()
        return pair.ports
      }
      #expect(packets.from(.client).count(where: \.hasData) > 1)
      #expect(client.firstFin == "local" && server.firstFin == "remote")
      #expect(client.bytesSent == 3 && server.bytesReceived == 3)
    }

    @Test func doubled() throws {
      let (client, server, _) = try onTheWire { link in
        let pair = try link.connect()
        for side in [Side.client, .server] { link.double(from: side) }
        try pair.client.send(3)
        try pair.server.receive()
        try pair.client.shutdownWriting()
        try link.wait(for: .finWait2, of: .client, pair.ports)
        pair.server.close()
        try pair.client.receiveAll()
        return pair.ports
      }
      #expect(client.close == "four_way" && client.endsIn == "TIME_WAIT" && client.via == nil)
      #expect(server.story == second)
    }
  }
}
