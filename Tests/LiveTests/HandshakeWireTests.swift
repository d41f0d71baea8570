// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Opens that succeed, over a wire that delays and loses. How many SYNs there were, which numbers
  /// they had, and how long a round trip took at least is compared in `Witness`.
  @Suite struct HandshakeWireTests {
    @Test func delayed() throws {
      let (client, server, _) = try onTheWire { link in
        link.delay(40)
        return try link.connect().ports
      }
      #expect((client.handshakeRttUs ?? 0) >= 79_999 && (server.handshakeRttUs ?? 0) >= 79_999)
    }

    enum Lost: CaseIterable { case syn, synACK, ack }

    /// With timestamps the kernel takes a sample all the same, which may be wrong by a second.
    @Test(arguments: Lost.allCases, [true, false])
    func lost(_ lost: Lost, hasTimestamps: Bool) throws {
      let (client, server, packets) = try onTheWire { link in
        try link.set("tcp_timestamps", hasTimestamps ? 1 : 0)
        switch lost {
        case .syn: link.drop(1, from: .client, \.isSYN)
        case .synACK: link.drop(1, from: .server, \.isSYNACK)
        case .ack: link.drop(1, from: .client, \.isBareACK)
        }
        return try link.connect().ports
      }
      let (syns, answers) = (packets.count(where: \.isSYN), packets.count(where: \.isSYNACK))
      #expect((syns > 1) == (lost != .ack) && (answers > 1) == (lost != .syn), "\(packets)")
      #expect((client.handshakeRttUnknown == "retransmitted") == (lost != .ack))
      #expect((server.handshakeRttUnknown == "retransmitted") == (lost != .syn))
    }

    @Test func doubled() throws {
      let (client, server, packets) = try onTheWire { link in
        link.double(from: .client)
        link.double(from: .server)
        return try link.connect().ports
      }
      #expect(packets.count(where: \.isSYN) == 1 && client.handshakeRttUs != nil)
      #expect(server.open == "passive" && server.openResult == "established")
    }

    /// Whoever is sent a cookie is not remembered: what is timed is the cookie's timestamp.
    @Test(arguments: [true, false])
    func cookie(hasTimestamps: Bool) throws {
      let (client, server, _) = try onTheWire { link in
        try link.set("tcp_syncookies", 2)
        try link.set("tcp_timestamps", hasTimestamps ? 1 : 0)
        link.delay(5)
        return try link.connect().ports
      }
      #expect(client.handshakeRttUs != nil && server.openResult == "established")
      #expect(server.handshakeRttUnknown == (hasTimestamps ? "timestamp_sample" : "no_sample"))
    }

    /// The server's end begins with the first data.
    @Test func deferredAccept() throws {
      let (client, server, _) = try onTheWire { link in
        let listener = try link.listen { try $0.setOption(CInt(IPPROTO_TCP), TCP_DEFER_ACCEPT, 5) }
        let client = try link.socket(.client)
        try client.connect(Side.server.address, port: listener.localPort)
        let ports = Ports(client: client.localPort, server: listener.localPort)
        try link.wait(for: .synRecv, of: .server, ports)
        try client.send(3)
        _ = try listener.accept().receive()
        return ports
      }
      #expect(client.connectUs != nil && (server.openedUs ?? 0) > (client.establishedUs ?? .max))
      #expect(client.bytesSent == 3 && server.bytesReceived == 3)
    }

    /// Two clients get a SYN-ACK, and only one of them the last place in the queue: the other waits
    /// for a SYN-ACK that is sent again, or is reset.
    private func overflow(isReset: Bool) throws -> (first: [End], other: [End]) {
      var ports: [Ports] = []
      let (ends, link) = try severalOnTheWire(isReset ? 5 : 6) { link in
        try link.set("tcp_abort_on_overflow", isReset ? 1 : 0)
        let listener = try link.listen(backlog: 1)
        let inTheQueue = try link.beginConnecting(to: listener.localPort)
        try listener.waitUntilReadable()
        link.hold(from: .client, \.isBareACK)
        let clients = try (0..<2).map { _ in
          let (client, own) = try link.beginConnecting(to: listener.localPort)
          try link.wait(for: .established, of: .client, own)
          ports.append(own)
          return client
        }
        try link.wait(for: "ACKs of all", 3, from: .client, \.isBareACK)
        link.release()
        if isReset { try clients[1].waitUntilReset() }
        for _ in 0..<(isReset ? 2 : 3) { _ = try listener.accept() }
        inTheQueue.socket.close()
      }
      func own(_ ports: Ports) -> [End] {
        ends.filter { $0.localPort == ports.client || $0.remotePort == ports.client }
          .sorted { $0.netns == link.client.inode && $1.netns != link.client.inode }
      }
      return (own(ports[0]), own(ports[1]))
    }

    @Test func queueFullAtTheACK() throws {
      let (first, other) = try overflow(isReset: false)
      #expect(first.map(\.openResult) == ["established", "established"])
      #expect(other.map(\.open) == ["active", "passive"])
      #expect((other.last?.synackRetrans ?? 0) > 0 && first.last?.synackRetrans == 0)
      #expect(other.last?.handshakeRttUnknown == "retransmitted")
      #expect(other.first?.handshakeRttUs != nil)
    }

    @Test func queueFullAndAborted() throws {
      let (first, other) = try overflow(isReset: true)
      #expect(first.map(\.openResult) == ["established", "established"])
      #expect(
        other.map(\.story) == [
          Story(
            open: "active", error: "ECONNRESET", close: "reset_received", reset: "received",
            states: "SYN_SENT ESTABLISHED CLOSED")
        ])
    }

    /// Data comes with the SYN, and is read before the handshake is over.
    @Test func fastOpen() throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connectFast()
        link.release()
        try link.wait(for: .established, of: .client, pair.ports)
        try pair.server.send(2)
        try pair.client.waitUntilReadable()
        try pair.client.receive()
        pair.client.close()
        try pair.server.waitUntilReadable()
        pair.server.close()
        return pair.ports
      }
      #expect(packets.first { $0.isSYN }?.packet?.length == 7)
      #expect(client.open == "active" && server.open == "passive")
      #expect(client.handshakeRttUs != nil && server.handshakeRttUs != nil)
      #expect(client.bytesSent == 7 && server.bytesReceived == 7)
      #expect(client.bytesReceived == 2 && server.bytesSent == 2)
    }

    /// close() before the handshake is over: SYN_RECV to FIN_WAIT1.
    @Test func fastOpenClosedAtOnce() throws {
      let (client, server, packets) = try onTheWire { link in
        let pair = try link.connectFast()
        pair.server.close()
        try link.wait(for: "a FIN", from: .server, \.isFIN)
        link.release()
        try link.wait(for: .closeWait, of: .client, pair.ports)
        pair.client.close()
        return pair.ports
      }
      #expect(client.openResult == "established" && server.openResult == "established")
      #expect(client.firstFin == "remote" && server.firstFin == "local", "\(packets)")
      #expect(server.states.map(\.name).prefix(2) == ["SYN_RECV", "FIN_WAIT1"])
    }

    /// A segment that no SYN_SENT can use is answered with a RST, and ends nothing.
    @Test func strayACK() throws {
      let (client, server, packets) = try onTheWire { link in
        let listener = try link.listen()
        link.hold(from: .server)
        let (client, ports) = try link.beginConnecting(to: listener.localPort)
        try link.wait(for: "a SYN-ACK", from: .server, \.isSYNACK)
        link.drop(from: .client, \.isRST)
        link.forge(.ack, from: .server, ports, sequence: 1_000, acknowledgment: 2_000)
        try link.wait(for: "a RST", from: .client, \.isRST)
        link.release()
        _ = try listener.accept()
        client.close()
        return ports
      }
      #expect(packets.count(where: \.isRST) == 1)
      for end in [client, server] { #expect(end.openResult == "established" && end.reset == nil) }
    }

    /// The port that the server still has in TIME_WAIT, used again at once.
    @Test func againFromTheSamePort() throws {
      let (ends, link) = try severalOnTheWire(4, isOneConnectionEach: false) { link in
        let listener = try link.listen()
        var port: UInt16 = 0
        for isFirst in [true, false] {
          let client = try link.socket(.client)
          try client.bind(Side.client.address, port: port)
          port = client.localPort
          try client.connect(Side.server.address, port: listener.localPort)
          let server = try listener.accept()
          try server.shutdownWriting()
          try client.waitUntilReadable()
          client.close()
          let ports = Ports(client: port, server: listener.localPort)
          if isFirst { try link.wait(for: .timeWait, of: .server, ports) }
        }
      }
      #expect(Set(ends.map(\.id)).count == 4 && Set(ends.map(\.local)).count == 2)
      for side in [Side.client, .server] {
        let own = ends.filter { $0.netns == link.host(side).inode }
        #expect(
          own.map(\.endsIn) == Array(repeating: side == .client ? "CLOSED" : "TIME_WAIT", count: 2))
        #expect((own[1].openedUs ?? 0) > (own[0].closedUs ?? .max))
        let syns = link.packets.from(side).filter { $0.flags.contains(.syn) }
        #expect(own.map(\.isnLocal) == syns.map { $0.packet?.sequence })
      }
    }

    /// Both connect, and the SYNs cross (RFC 9293 §3.5, figure 8).
    @Test func simultaneous() throws {
      let (client, server, packets) = try onTheWire { link in
        let sockets = try [Side.client, .server].map { side in
          let socket = try link.socket(side)
          try socket.bind(side.address, port: 0)
          return socket
        }
        let ports = Ports(client: sockets[0].localPort, server: sockets[1].localPort)
        link.hold(from: .client)
        link.hold(from: .server)
        try sockets[0].beginConnecting(Side.server.address, port: ports.server)
        try sockets[1].beginConnecting(Side.client.address, port: ports.client)
        for side in [Side.client, .server] { try link.wait(for: "a SYN", from: side, \.isSYN) }
        link.release()
        for side in [Side.client, .server] { try link.wait(for: .established, of: side, ports) }
        sockets[0].close()
        try link.wait(for: .closeWait, of: .server, ports)
        return ports
      }
      for end in [client, server] {
        #expect(end.open == "simultaneous" && end.openResult == "established")
        #expect(
          end.states.map(\.name).prefix(3) == ["SYN_SENT", "SYN_RECV", "ESTABLISHED"])
        #expect(end.handshakeRttUnknown == "no_sample" && end.owner?.from == "connect")
        #expect(end.bytesSent == 0 && end.bytesReceived == 0)
      }
      #expect(packets.count(where: \.isSYN) == 2)
    }

    /// One socket, given up with connect(AF_UNSPEC) and used again.
    @Test func socketUsedAgain() throws {
      let (ends, _) = try severalOnTheWire(4) { link in
        let listener = try link.listen()
        let client = try link.socket(.client)
        for isLast in [false, true] {
          try client.connect(Side.server.address, port: listener.localPort)
          let server = try listener.accept()
          if isLast { client.close() } else { client.disconnect() }
          try server.waitUntilReadable()
        }
      }
      let clients = ends.filter { $0.open == "active" }
      #expect(clients.map(\.why) == ["disconnect", nil])
      #expect(clients.map(\.reset) == ["sent", nil] && clients.map(\.firstFin) == [nil, "local"])
      #expect(Set(ends.map(\.id)).count == 4)
    }

    /// What MPTCP makes of it is a TCP connection like any other, closed by a kernel worker.
    @Test func subflow() throws {
      let mptcp: CInt = 262
      func socket(_ host: Tour.Host) throws -> Socket {
        try host.run {
          let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
          let descriptor = Glibc.socket(AF_INET, type, mptcp)
          try #require(descriptor >= 0, "IPPROTO_MPTCP")
          return Socket(descriptor: descriptor)
        }
      }
      let (client, server, packets) = try onTheWire { link in
        let listener = try socket(link.server)
        try listener.bind(Side.server.address, port: 0)
        try #require(listen(listener.descriptor, 8) == 0)
        let client = try socket(link.client)
        try client.connect(Side.server.address, port: listener.localPort)
        let ports = Ports(client: client.localPort, server: listener.localPort)
        let server = try listener.accept()
        try client.send(4)
        try server.receive()
        client.close()
        try server.waitUntilReadable()
        server.close()
        return ports
      }
      #expect(client.open == "active" && server.open == "passive")
      #expect(client.closer == nil && server.closer == nil, "\(packets)")
      #expect(client.reset == nil && server.reset == nil)
    }
  }
}
