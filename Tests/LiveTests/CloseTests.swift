// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Connections that end with FINs.
  @Suite struct CloseTests {
    @Test func clientClosesFirstAndServerAtOnce() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.client.send(5)
        try pair.server.receive()
        pair.closeAtOnce(pair.client, pair.server)
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "three_way", firstFin: "local", endsIn: "TIME_WAIT",
            states: "SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT"))
      #expect(
        server.story
          == Story(
            open: "passive", close: "three_way", firstFin: "remote",
            states: "SYN_RECV ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"))
      expectMeeting(client, server, sent: 5)
      #expect(client.closer?.pid == ownPID && server.closer?.pid == ownPID)
    }

    @Test func serverClosesFirstAndClientAtOnce() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.server.send(700)
        try pair.client.receive()
        pair.closeAtOnce(pair.server, pair.client)
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "three_way", firstFin: "remote",
            states: "SYN_SENT ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"))
      #expect(
        server.story
          == Story(
            open: "passive", close: "three_way", firstFin: "local", endsIn: "TIME_WAIT",
            states: "SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT"))
      expectMeeting(client, server, received: 700)
    }

    @Test func halfCloseByShutdown() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.client.send(11)
        try pair.client.shutdownWriting()
        // The FIN has an ACK of its own, and the server goes on.
        try KernelTables.wait(
          for: .finWait2, local: pair.ports.client, remote: pair.ports.server)
        try pair.server.send(2_000)
        try pair.server.receive()
        try pair.client.receive()
        pair.server.close()
        try pair.client.waitUntilReadable()
        pair.client.close()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", close: "four_way", firstFin: "local", endsIn: "TIME_WAIT",
            states: "SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 TIME_WAIT"))
      #expect(
        server.story
          == Story(
            open: "passive", close: "four_way", firstFin: "remote",
            states: "SYN_RECV ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"))
      expectMeeting(client, server, sent: 11, received: 2_000)
    }

    /// After close() the kernel keeps a mini socket to wait for the peer, and no transition names it.
    @Test func peerNeverCloses() throws {
      let tracer = try Tracer("trace", "--json")
      let pair = try Pair()
      pair.client.close()
      try KernelTables.wait(for: .finWait2, local: pair.ports.client, remote: pair.ports.server)
      let told = try tracer.stop().ends(of: pair.ports)
      #expect(
        Set(told.map(\.story.description)) == [
          Story(
            open: "active", close: "half", firstFin: "local", endsIn: "FIN_WAIT2_MINI",
            states: "SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI"
          ).description,
          Story(
            open: "passive", firstFin: "remote", endsIn: nil,
            states: "SYN_RECV ESTABLISHED CLOSE_WAIT"
          ).description,
        ])
    }

    @Test func peerClosesLater() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.client.send(1)
        pair.client.close()
        try KernelTables.wait(
          for: .finWait2, local: pair.ports.client, remote: pair.ports.server)
        try pair.server.receive()
        pair.server.close()
        return pair.ports
      }
      var story = Story(
        open: "active", close: "half", firstFin: "local", endsIn: "FIN_WAIT2_MINI",
        states: "SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI")
      if Product.followsMinis {
        (story.close, story.endsIn, story.via) = ("four_way", "TIME_WAIT", "FIN_WAIT2_MINI")
        story.states += " TIME_WAIT"
      }
      #expect(client.story == story)
      #expect(
        server.story
          == Story(
            open: "passive", close: "four_way", firstFin: "remote",
            states: "SYN_RECV ESTABLISHED CLOSE_WAIT LAST_ACK CLOSED"))
      expectMeeting(client, server, sent: 1)
    }

    /// Its own SYN answers its SYN, and its own FIN its FIN: the one sure way to make them cross.
    @Test func connectionToItself() throws {
      let end = try watchAlone {
        let socket = try Socket()
        try socket.bind(.loopback, port: 0)
        let port = socket.localPort
        try socket.connect(.loopback, port: port)
        try socket.send(9)
        try socket.receive()
        socket.close()
        return Ports(client: port, server: port)
      }
      #expect(
        end.story
          == Story(
            open: "self", close: "simultaneous", firstFin: "both", endsIn: "TIME_WAIT",
            states: "SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 CLOSING TIME_WAIT"))
      #expect(end.local == end.remote)
      #expect(end.bytesSent == 9 && end.bytesReceived == 9)
      #expect(end.isnLocal != nil && end.isnLocal == end.isnRemote)
      #expect(end.owner?.pid == ownPID && end.closer?.pid == ownPID)
    }

    /// Long enough that the counts do not come from one segment.
    @Test func manyBytesBothWays() throws {
      let (sent, received) = (300_000, 123_457)
      let (client, server) = try watch {
        let pair = try Pair()
        try transfer(sent, from: pair.client, to: pair.server)
        try transfer(received, from: pair.server, to: pair.client)
        pair.closeAtOnce(pair.client, pair.server)
        return pair.ports
      }
      expectMeeting(client, server, sent: sent, received: received)
    }

    private func transfer(_ count: Int, from: Socket, to: Socket) throws {
      var left = count
      while left > 0 {
        // Less than what a socket holds, so that one thread can be both ends.
        let portion = min(left, 10_000)
        try from.send(portion)
        var unread = portion
        while unread > 0 { unread -= try to.receive(unread) }
        left -= portion
      }
    }
  }
}
