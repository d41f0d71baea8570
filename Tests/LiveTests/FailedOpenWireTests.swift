// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Opens that fail, over a wire that says why, or nothing.
  @Suite struct FailedOpenWireTests {
    private static let states = "SYN_SENT CLOSED"

    private func story(_ result: String, error: String? = nil, reset: String? = nil) -> Story {
      Story(
        open: "active", openResult: result, error: error, reset: reset, states: Self.states)
    }

    /// A RST that comes only for the second SYN: the first was lost.
    @Test func refused() throws {
      let (client, packets) = try aloneOnTheWire { link in
        link.drop(1, from: .client)
        let (client, ports) = try link.beginConnecting()
        try client.waitUntilReset()
        return ports
      }
      #expect(client.story == story("refused", error: "ECONNREFUSED", reset: "received"))
      #expect(packets.count(where: \.isSYN) == 2 && client.connectUs == nil)
    }

    /// Net, host, protocol, port (RFC 792); the errno of the last is that of a RST.
    @Test(
      arguments: [
        (0, "ENETUNREACH"), (1, "EHOSTUNREACH"), (2, "ENOPROTOOPT"), (3, "ECONNREFUSED"),
      ] as [(UInt8, String)])
    func unreachable(code: UInt8, error: String) throws {
      let (client, _) = try aloneOnTheWire { link in
        link.refuse(from: .client, code: code)
        let (client, ports) = try link.beginConnecting()
        try client.waitUntilReset()
        return ports
      }
      #expect(client.story == story("unreachable", error: error))
    }

    @Test func unanswered() throws {
      let (client, packets) = try aloneOnTheWire { link in
        try link.set("tcp_syn_retries", 1)
        try link.set("tcp_syn_linear_timeouts", 0)
        link.cut()
        let (client, ports) = try link.beginConnecting()
        try client.waitUntilReset()
        return ports
      }
      #expect(client.story == story("timeout", error: "ETIMEDOUT"))
      #expect(packets.count == 2 && client.closer == nil)
    }

    enum GivingUp: CaseIterable { case close, shutdown, disconnect }

    @Test(arguments: GivingUp.allCases)
    func givenUp(by call: GivingUp) throws {
      let (client, _) = try aloneOnTheWire { link in
        link.cut()
        let (client, ports) = try link.beginConnecting()
        try link.wait(for: "a SYN", from: .client, \.isSYN)
        switch call {
        case .close: client.close()
        case .shutdown: _ = Glibc.shutdown(client.descriptor, CInt(SHUT_RDWR))
        case .disconnect: client.disconnect()
        }
        return ports
      }
      #expect(client.story == story("aborted"))
      #expect(client.closer?.pid == ownPID && client.killer == nil)
    }

    @Test func endedByAnAdministrator() throws {
      let (client, _) = try aloneOnTheWire { link in
        link.cut()
        let (client, ports) = try link.beginConnecting()
        try link.wait(for: "a SYN", from: .client, \.isSYN)
        try link.kill(.client, ports)
        try client.waitUntilReset()
        return ports
      }
      #expect(client.story == story("admin_abort", error: "ECONNABORTED"))
      #expect(client.killer?.comm == "ss" && client.closer == nil)
    }

    /// A SYN met ours, and then nothing more.
    @Test func crossedAndReset() throws {
      let (client, _) = try aloneOnTheWire { link in
        let client = try link.socket(.client)
        try client.bind(Side.client.address, port: 0)
        let ports = Ports(client: client.localPort, server: 9)
        link.cut()
        try client.beginConnecting(Side.server.address, port: ports.server)
        try link.wait(for: "a SYN", from: .client, \.isSYN)
        link.forge(.syn, from: .server, ports, sequence: 1_000)
        try link.wait(for: .synRecv, of: .client, ports)
        link.forge(.rst, from: .server, ports, sequence: 1_001)
        try client.waitUntilReset()
        return ports
      }
      #expect(client.open == "simultaneous" && client.reset == "received")
      #expect(client.openResult == "refused" && client.close == nil)
      #expect(client.states.map(\.name) == ["SYN_SENT", "SYN_RECV", "CLOSED"])
    }

    /// Accepted already, and then the client is gone.
    @Test func fastOpenReset() throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connectFast()
        pair.client.close()
        link.release()
        try pair.server.waitUntilReset()
        return pair.ports
      }
      #expect(client.story == story("aborted"), "\(packets)")
      #expect(
        server.story
          == Story(
            open: "passive", openResult: "refused", error: "ECONNRESET", reset: "received",
            states: "SYN_RECV CLOSED"), "\(packets)")
    }

    /// close() with unread data, before the handshake is over.
    @Test func fastOpenGivenUp() throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connectFast(isRead: false)
        pair.server.close()
        link.release()
        try pair.client.waitUntilReset()
        return pair.ports
      }
      #expect(
        server.story
          == Story(
            open: "passive", openResult: "aborted", reset: "sent", states: "SYN_RECV CLOSED"),
        "\(packets)")
      #expect(server.closer?.pid == ownPID && client.reset == "received")
    }
  }
}
