// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Tour

extension Live {
  /// The two families, and the one that looks like the other.
  @Suite struct FamilyTests {
    @Test func ipv4() throws {
      let (client, server) = try watch { try prompt(Pair()) }
      #expect(client.family == "ipv4" && server.family == "ipv4")
      #expect(!client.v4Mapped && !server.v4Mapped)
      #expect(client.remote == "127.0.0.1:\(client.remotePort)")
      expectMeeting(client, server, sent: 2)
    }

    @Test func ipv6() throws {
      let (client, server) = try watch { try prompt(Pair(isV6: true)) }
      #expect(client.family == "ipv6" && server.family == "ipv6")
      #expect(!client.v4Mapped && !server.v4Mapped)
      #expect(client.remote == "[::1]:\(client.remotePort)")
      #expect(client.close == "three_way" && server.close == "three_way")
      expectMeeting(client, server, sent: 2)
    }

    /// An IPv6 listener that an IPv4 client comes to.
    @Test func v4Mapped() throws {
      let (client, server) = try watch { try prompt(Pair(isV6: true, to: .loopback)) }
      #expect(client.family == "ipv4" && !client.v4Mapped)
      #expect(server.family == "ipv6" && server.v4Mapped)
      #expect(server.local == "127.0.0.1:\(server.localPort)")
      #expect(server.remote == "127.0.0.1:\(server.remotePort)")
      expectMeeting(client, server, sent: 2)
    }

    /// An IPv6 socket that goes to an IPv4 address itself.
    @Test func v4MappedClient() throws {
      let (client, server) = try watch {
        let listener = try Socket.listening()
        let socket = try Socket(isV6: true)
        let mapped = Address(high: 0, low: 0xffff_7f00_0001)
        try socket.connect(mapped, port: listener.localPort, isV6: true)
        let ports = Ports(client: socket.localPort, server: listener.localPort)
        let accepted = try listener.accept()
        socket.close()
        accepted.close()
        return ports
      }
      #expect(client.family == "ipv6" && client.v4Mapped && server.family == "ipv4")
      #expect(client.remote == "127.0.0.1:\(client.remotePort)")
      expectMeeting(client, server)
    }

    private func prompt(_ pair: Pair) throws -> Ports {
      try pair.client.send(2)
      try pair.server.receive()
      pair.closeAtOnce(pair.client, pair.server)
      return pair.ports
    }
  }
}
