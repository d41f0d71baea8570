// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Whose the accepting end is, where it is not the process that made the listener.
  @Suite struct OwnerTests {
    @Test(arguments: [Acceptor.Order.accept, .accept4])
    func whoAccepts(by call: Acceptor.Order) throws {
      let listener = try Socket.listening()
      let acceptor = try Acceptor(listener)
      let (client, server) = try watch {
        let client = try Socket.connected(to: listener)
        try acceptor.obey(call)
        try client.send(3)
        let ports = Ports(client: client.localPort, server: listener.localPort)
        client.close()
        try acceptor.obey(.close)
        return ports
      }
      #expect(server.owner?.pid == acceptor.pid && server.owner?.from == "accept")
      #expect(server.owner?.comm == "acceptor" && server.closer?.pid == acceptor.pid)
      #expect(client.owner?.pid == ownPID && client.closer?.pid == ownPID)
    }

    /// One listener, and each connection is whose process took it.
    @Test func manyProcessesAtOneListener() throws {
      let listener = try Socket.listening()
      let acceptors = try (0..<3).map { try Acceptor(listener, comm: "worker\($0)") }
      let tracer = try Tracer("trace", "--json", "--port", "\(listener.localPort)")
      let clients = try (0..<9).map { turn in
        let client = try Socket.connected(to: listener)
        try acceptors[turn % 3].obey(.accept)
        let port = client.localPort
        client.close()
        try acceptors[turn % 3].obey(.close)
        return port
      }
      try waitUntil("9 ends") { try tracer.ends().count >= 9 }
      let ends = Dictionary(grouping: try tracer.stop().ends(), by: \.remotePort)
      for (turn, client) in clients.enumerated() {
        let end = try #require(ends[client]?.first)
        #expect(end.owner?.pid == acceptors[turn % 3].pid && end.owner?.from == "accept")
        #expect(end.owner?.comm == "worker\(turn % 3)")
        #expect(end.closer?.pid == acceptors[turn % 3].pid)
      }
    }

    /// It holds the connection to the end, and does nothing: only its accept() tells whose it was.
    @Test func whoAcceptedAndNeverClosed() throws {
      let listener = try Socket.listening()
      let acceptor = try Acceptor(listener)
      let (_, server) = try watch {
        let client = try Socket.connected(to: listener)
        try acceptor.obey(.accept)
        let ports = Ports(client: client.localPort, server: listener.localPort)
        try client.setLingerZero()
        client.close()
        return ports
      }
      #expect(server.close == "reset_received" && server.closer == nil)
      #expect(server.owner?.pid == acceptor.pid && server.owner?.from == "accept")
    }

    @Test func passedToAnotherProcess() throws {
      let listener = try Socket.listening()
      let other = try Acceptor(listener, comm: "heir")
      let (_, server) = try watch {
        let pair = (client: try Socket.connected(to: listener), server: try listener.accept())
        try other.obey(.adopt, with: pair.server)
        pair.server.close()
        let ports = Ports(client: pair.client.localPort, server: listener.localPort)
        pair.client.close()
        try other.obey(.close)
        return ports
      }
      #expect(server.owner?.pid == ownPID && server.owner?.from == "accept")
      #expect(server.closer?.pid == other.pid && server.closer?.comm == "heir")
      #expect(server.firstFin == "remote")
    }

    @Test func inheritedByAnotherProcess() throws {
      let listener = try Socket.listening()
      var other: Acceptor?
      let (_, server) = try watch {
        let pair = (client: try Socket.connected(to: listener), server: try listener.accept())
        other = try Acceptor(listener, comm: "heir", holding: pair.server)
        // Nothing happens on the wire: it is not the last to hold it.
        pair.server.close()
        let ports = Ports(client: pair.client.localPort, server: listener.localPort)
        try other?.obey(.close)
        try pair.client.waitUntilReadable()
        pair.client.close()
        return ports
      }
      #expect(server.owner?.pid == ownPID && server.owner?.from == "accept")
      #expect(server.closer?.pid == other?.pid && server.closer?.comm == "heir")
      #expect(server.firstFin == "local" && server.closer?.exiting == false)
    }

    /// Nobody has accepted it: it is the listener's, and so the process's that made it listen.
    @Test func neverAccepted() throws {
      let socket = try Socket()
      try socket.bind(.loopback, port: 0)
      let acceptor = try Acceptor(socket, comm: "landlord")
      let (client, server) = try watch {
        try acceptor.obey(.listen)
        let client = try Socket.connected(to: socket)
        let ports = Ports(client: client.localPort, server: socket.localPort)
        socket.close()
        try acceptor.obey(.stopListening)
        try client.waitUntilReadable()
        return ports
      }
      #expect(server.close == "reset_sent" && server.why == "listener_closed")
      #expect(server.owner?.pid == acceptor.pid && server.owner?.from == "listener")
      #expect(server.owner?.comm == "landlord")
      #expect(client.close == "reset_received" && client.owner?.pid == ownPID)
    }

    @Test(arguments: ["--pid", "--comm"])
    func filter(by option: String) throws {
      let listener = try Socket.listening()
      let acceptors = try ["wanted", "unwanted"].map { try Acceptor(listener, comm: $0) }
      let word = option == "--pid" ? "\(acceptors[0].pid)" : "wanted"
      let tracer = try Tracer("trace", "--json", option, word)
      let clients = try acceptors.reversed().map { acceptor in
        let client = try Socket.connected(to: listener)
        try acceptor.obey(.accept)
        // The peer's RST ends it, so that there is no other owner than who accepted.
        let port = client.localPort
        try client.setLingerZero()
        client.close()
        return port
      }
      _ = try tracer.server(Ports(client: clients[1], server: listener.localPort))
      let ends = try tracer.stop().ends()
      #expect(ends.map(\.remotePort) == [clients[1]])
      #expect(ends.first?.owner?.pid == acceptors[0].pid)
    }
  }
}
