// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Connections that end with a RST: who sent it, and why.
  @Suite struct ResetTests {
    private static let active = "SYN_SENT ESTABLISHED CLOSED"
    private static let passive = "SYN_RECV ESTABLISHED CLOSED"

    private let clientResets = Story(
      open: "active", close: "reset_sent", reset: "sent", states: active)
    private let serverIsReset = Story(
      open: "passive", error: "ECONNRESET", close: "reset_received", reset: "received",
      states: passive)

    @Test func unreadData() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.server.send(3)
        try pair.client.waitUntilReadable()
        pair.client.close()
        try pair.server.waitUntilReadable()
        pair.server.close()
        return pair.ports
      }
      var story = clientResets
      story.why = "unread_data"
      #expect(client.story == story)
      #expect(server.story == serverIsReset)
      expectMeeting(client, server, received: 3)
      #expect(client.closer?.pid == ownPID && server.closer == nil)
    }

    @Test func lingerOfZero() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.client.send(4)
        try pair.server.receive()
        try pair.client.setLingerZero()
        pair.client.close()
        try pair.server.waitUntilReadable()
        return pair.ports
      }
      var story = clientResets
      story.why = "linger0"
      #expect(client.story == story)
      #expect(server.story == serverIsReset)
      expectMeeting(client, server, sent: 4)
      #expect(client.closer?.pid == ownPID && server.closer == nil)
    }

    @Test func disconnect() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        pair.client.disconnect()
        try pair.server.waitUntilReadable()
        return pair.ports
      }
      var story = clientResets
      story.why = "disconnect"
      #expect(client.story == story)
      #expect(server.story == serverIsReset)
      expectMeeting(client, server)
    }

    /// The child in the queue belongs to nobody yet, and nobody's close() ends it.
    @Test func listenerClosedBeforeAccept() throws {
      let (client, server) = try watch {
        let listener = try Socket.listening()
        let client = try Socket.connected(to: listener)
        let ports = Ports(client: client.localPort, server: listener.localPort)
        try listener.waitUntilReadable()
        listener.close()
        try client.waitUntilReadable()
        return ports
      }
      #expect(
        client.story
          == Story(
            open: "active", error: "ECONNRESET", close: "reset_received", reset: "received",
            states: Self.active))
      #expect(
        server.story
          == Story(
            open: "passive", close: "reset_sent", reset: "sent", why: "listener_closed",
            states: Self.passive))
      expectMeeting(client, server)
      #expect(server.closer == nil)
    }

    /// A RST in the middle of an orderly close: the FIN of the client was the first all the same.
    @Test func resetAfterHalfClose() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.client.shutdownWriting()
        try KernelTables.wait(
          for: .finWait2, local: pair.ports.client, remote: pair.ports.server)
        try pair.server.setLingerZero()
        pair.server.close()
        try pair.client.waitUntilReadable()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", error: "ECONNRESET", close: "reset_received", firstFin: "local",
            reset: "received", states: "SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSED"))
      #expect(
        server.story
          == Story(
            open: "passive", close: "reset_sent", firstFin: "remote", reset: "sent",
            why: "linger0", states: "SYN_RECV ESTABLISHED CLOSE_WAIT CLOSED"))
      expectMeeting(client, server)
    }

    /// An orphan whose FIN waits behind what the peer does not read: nobody has seen that FIN, and
    /// what the peer sends now finds nobody.
    @Test func dataAfterClose() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        try pair.client.fill()
        pair.client.close()
        try pair.server.send(1)
        try pair.server.waitUntilReset()
        return pair.ports
      }
      #expect(
        client.story
          == Story(
            open: "active", error: "ECONNRESET", close: "reset_sent", reset: "sent",
            why: "data_after_close", states: "SYN_SENT ESTABLISHED FIN_WAIT1 CLOSED"))
      #expect(server.story == serverIsReset)
      expectMeeting(client, server, sent: nil, received: nil)
      #expect(client.closer?.pid == ownPID)
    }

    /// The same after the FIN has been acknowledged: a mini socket answers.
    @Test func dataForAMiniSocket() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        pair.client.close()
        try KernelTables.wait(
          for: .finWait2, local: pair.ports.client, remote: pair.ports.server)
        try pair.server.send(1)
        try pair.server.waitUntilReset()
        return pair.ports
      }
      #expect(
        server.story
          == Story(
            open: "passive", error: "EPIPE", close: "reset_received", firstFin: "remote",
            reset: "received", states: "SYN_RECV ESTABLISHED CLOSE_WAIT CLOSED"))
      var story = Story(
        open: "active", close: "half", firstFin: "local", endsIn: "FIN_WAIT2_MINI",
        states: "SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2 FIN_WAIT2_MINI")
      if Product.followsMinis {
        (story.close, story.endsIn) = ("reset_sent", "CLOSED")
        (story.reset, story.why) = ("sent", "data_after_close")
        story.states += " CLOSED"
      }
      #expect(client.story == story)
      expectMeeting(client, server, sent: 0, received: nil)
    }

    /// To be ended from outside is no reset of the application, and has a killer.
    @Test func endedByAnAdministrator() throws {
      let (client, server) = try watch {
        let pair = try Pair()
        let kill = try Child.run(
          "ss", "-HtanK", "sport = :\(pair.ports.client) and dport = :\(pair.ports.server)")
        try #require(!kill.stdout.isEmpty, "CONFIG_INET_DIAG_DESTROY: \(kill.stderr)")
        try pair.server.waitUntilReadable()
        return pair.ports
      }
      #expect(client.close == "admin_abort" && client.error == "ECONNABORTED")
      #expect(client.reset == "sent" && client.why == nil && client.closer == nil)
      #expect(client.killer?.comm == "ss" && client.killer?.pid != ownPID)
      #expect(server.story == serverIsReset)
    }
  }
}
