// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// What was there before the tracer, held by somebody or by nobody.
  @Suite struct ExistingTests {
    @Test func closedInOrder() throws {
      let pair = try Pair()
      let (client, server) = try watch {
        pair.closeAtOnce(pair.client, pair.server)
        return pair.ports
      }
      expectOrderlyExisting(client, server)
      for end in [client, server] {
        #expect(end.owner?.from == "scan" && end.uid == Int(getuid()))
      }
    }

    /// Whose it was is known though its process does nothing any more.
    @Test func ofAnotherProcess() throws {
      let listener = try Socket.listening()
      let visitor = try Visitor(to: listener)
      let acceptor = try Acceptor(listener)
      let own = try Socket.connected(to: listener)
      try acceptor.obey(.accept)
      let ports = Ports(client: own.localPort, server: listener.localPort)
      let tracer = try Tracer("trace", "--json")
      try visitor.server.setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
      try visitor.server.setLingerZero()
      visitor.server.close()
      try own.setLingerZero()
      own.close()
      let (guest, host) = (try tracer.client(visitor.ports), try tracer.server(ports))
      #expect(try tracer.stop().ends(port: listener.localPort).count == 4)
      #expect(guest.close == "reset_received" && host.close == "reset_received")
      #expect(guest.owner?.pid == visitor.pid && guest.owner?.comm == "visitor")
      #expect(host.owner?.pid == acceptor.pid && host.owner?.comm == "acceptor")
      #expect(guest.owner?.from == "scan" && host.owner?.from == "scan")
    }

    @Test func halfClosed() throws {
      let pair = try Pair()
      try pair.client.shutdownWriting()
      try pair.server.receive(1)
      let (client, server) = try watch {
        pair.server.close()
        try pair.client.receive(1)
        pair.client.close()
        return pair.ports
      }
      // The tracer has seen it wait in FIN_WAIT2, but not how it came there.
      #expect(client.open == "existing" && ["four_way", "unknown"].contains(client.close))
      #expect(client.firstFin == "local" && client.endsIn == "TIME_WAIT")
      #expect(server.open == "existing" && server.close == "four_way")
      #expect(server.firstFin == "remote" && server.endsIn == "CLOSED")
      #expect(client.owner?.from == "scan" && server.owner?.from == "scan")
    }

    /// Closed with data that its peer had no room for: nobody holds it, and it is no mini socket.
    @Test func orphanInFinWait1() throws {
      let pair = try Pair()
      try pair.client.fill()
      pair.client.close()
      let (client, server) = try watch {
        while try pair.server.receive() > 0 {}
        try KernelTables.wait(for: .finWait2, local: pair.ports.client, remote: pair.ports.server)
        pair.server.close()
        return pair.ports
      }
      #expect(client.open == "existing" && client.firstFin == "local")
      #expect(client.owner == nil && client.closer == nil)
      #expect(client.states.prefix(2).map(\.name) == ["FIN_WAIT1", "FIN_WAIT2"])
      if Product.followsMinis {
        #expect(client.close == "four_way" && client.endsIn == "TIME_WAIT")
      }
      #expect(server.close == "four_way" && server.firstFin == "remote")
    }

    /// With more than a minute to wait, the first part of it is spent as a socket.
    @Test func orphanInFinWait2() throws {
      let pair = try Pair()
      try pair.client.setOption(CInt(IPPROTO_TCP), TCP_LINGER2, 120)
      pair.client.close()
      try KernelTables.wait(for: .finWait2, local: pair.ports.client, remote: pair.ports.server)
      let (client, server) = try watch {
        pair.server.close()
        return pair.ports
      }
      #expect(client.open == "existing" && client.owner == nil)
      #expect(client.firstFin == "local" && client.endsIn == "TIME_WAIT")
      #expect(["four_way", "unknown"].contains(client.close))
      #expect(server.close == "four_way" && server.owner?.from == "scan")
    }

    /// A child in the queue of its listener is nobody's, or the listener's.
    @Test func neverAccepted() throws {
      let listener = try Socket.listening()
      let client = try Socket.connected(to: listener)
      let ports = Ports(client: client.localPort, server: listener.localPort)
      let (_, server) = try watch {
        listener.close()
        try client.waitUntilReadable()
        return ports
      }
      #expect(
        server.story
          == Story(
            open: "existing", close: "reset_sent", reset: "sent", why: "listener_closed",
            states: "ESTABLISHED CLOSED"))
      #expect(server.owner == nil || server.owner?.from == "listener")
    }

    /// It waited before the tracer came, and is accepted under its eyes.
    @Test func acceptedLater() throws {
      let listener = try Socket.listening()
      let acceptor = try Acceptor(listener)
      let (_, server) = try watch {
        let client = try Socket.connected(to: listener)
        let ports = Ports(client: client.localPort, server: listener.localPort)
        try acceptor.obey(.accept)
        try client.setLingerZero()
        client.close()
        return ports
      }
      #expect(server.owner?.pid == acceptor.pid && server.owner?.from == "accept")
    }

    /// A listener that was there before is known to be its process's.
    @Test func listener() throws {
      let socket = try Socket()
      try socket.bind(.loopback, port: 0)
      let landlord = try Acceptor(socket, comm: "landlord")
      try landlord.obey(.listen)
      let port = socket.localPort
      socket.close()
      let (_, server) = try watch {
        let client = try Socket()
        try client.connect(.loopback, port: port)
        let ports = Ports(client: client.localPort, server: port)
        try client.setLingerZero()
        client.close()
        return ports
      }
      #expect(server.open == "passive" && server.close == "reset_received")
      #expect(server.owner?.pid == landlord.pid && server.owner?.from == "listener")
    }

    /// They do nothing while they are watched, and are told of all the same.
    @Test func stillThereAtTheStop() throws {
      let (open, half) = (try Pair(), try Pair())
      try half.client.shutdownWriting()
      try half.server.receive(1)
      let tracer = try Tracer("trace", "--json")
      let table = try Tracer("trace", environment: ["COLUMNS": "200"])
      let run = try tracer.stop()
      for pair in [open, half] {
        let ends = try run.ends(of: pair.ports)
        #expect(ends.count == 2)
        for end in ends {
          #expect(end.open == "existing" && end.close == nil && end.endsIn == nil, "\(end)")
          #expect(end.openResult == "established" && end.closedUs == nil)
          #expect(end.owner?.pid == ownPID && end.owner?.from == "scan")
        }
      }
      #expect(try run.ends(of: half.ports).compactMap(\.firstFin).sorted() == ["local", "remote"])
      let lines = try table.stop().lines
      for (pair, states) in [(open, ["ESTABLISHED"]), (half, ["CLOSE_WAIT", "FIN_WAIT2"])] {
        let own = lines.filter {
          $0.contains(":\(pair.ports.client) ") && $0.contains(":\(pair.ports.server) ")
        }
        #expect(own.count == 2)
        #expect(
          Set(own.compactMap { $0.split(separator: " ").last.map(String.init) }) == Set(states))
      }
    }
  }
}
