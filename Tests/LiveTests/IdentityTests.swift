// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Which records are one connection, and which connections are told when.
  @Suite struct IdentityTests {
    @Test func oneSocketCarriesTwoConnections() throws {
      let tracer = try Tracer("trace", "--json")
      let listener = try Socket.listening()
      let nobody = try Socket.freePort()
      let client = try Socket()
      #expect(throws: Socket.Failure.self) { try client.connect(.loopback, port: nobody) }
      try client.connect(.loopback, port: listener.localPort)
      let ports = Ports(client: client.localPort, server: listener.localPort)
      let server = try listener.accept()
      client.close()
      server.close()

      let refused = try tracer.end("the refused") { $0.remotePort == nobody }
      let connected = try tracer.client(ports)
      try tracer.stop()
      #expect(refused.openResult == "refused" && connected.openResult == "established")
      #expect(refused.id != connected.id)
      // What happened to the first is not the second's.
      #expect(connected.error == nil && connected.reset == nil && connected.open == "active")
      #expect((connected.openedUs ?? 0) >= (refused.closedUs ?? .max))
    }

    /// The kernel gives the memory of the last socket to the next.
    @Test func threeConnectionsOneAfterAnother() throws {
      let tracer = try Tracer("trace", "--json")
      let listener = try Socket.listening()
      let meetings = try (0..<3).map { _ in
        let client = try Socket.connected(to: listener)
        let ports = Ports(client: client.localPort, server: listener.localPort)
        let server = try listener.accept()
        try client.setLingerZero()
        client.close()
        try server.waitUntilReadable()
        server.close()
        return ports
      }
      let ends = try meetings.flatMap { [try tracer.client($0), try tracer.server($0)] }
      #expect(try tracer.stop().ends(port: listener.localPort).count == 6)
      #expect(Set(ends.map(\.id)).count == 6)
      for index in stride(from: 0, to: 6, by: 2) { expectMeeting(ends[index], ends[index + 1]) }
    }

    @Test func wasThereBefore() throws {
      let pair = try Pair()
      let tracer = try Tracer("trace", "--json")
      try pair.client.send(6)
      try pair.server.receive()
      pair.closeAtOnce(pair.client, pair.server)
      let (client, server) = (try tracer.client(pair.ports), try tracer.server(pair.ports))
      #expect(try tracer.stop().ends(of: pair.ports).count == 2)
      expectOrderlyExisting(client, server)
      #expect(client.synRetrans == nil && server.synRetrans == nil)
      // What came in is counted by the kernel.
      #expect(server.bytesReceived == 6 && client.bytesReceived == 0)
    }

    @Test func stillOpenAtTheStop() throws {
      let tracer = try Tracer("trace", "--json")
      let pair = try Pair()
      let told = try tracer.stop().ends(of: pair.ports)
      #expect(
        told.map(\.story) == [
          Story(open: "active", endsIn: nil, states: "SYN_SENT ESTABLISHED"),
          Story(open: "passive", endsIn: nil, states: "SYN_RECV ESTABLISHED"),
        ])
      #expect(told.allSatisfy { $0.closedUs == nil && $0.closer == nil && $0.establishedUs != nil })
    }

    /// The same, with one side of it closed.
    @Test func halfOpenAtTheStop() throws {
      let tracer = try Tracer("trace", "--json")
      let pair = try Pair()
      try pair.client.shutdownWriting()
      try KernelTables.wait(for: .finWait2, local: pair.ports.client, remote: pair.ports.server)
      let told = try tracer.stop().ends(of: pair.ports)
      #expect(
        told.map(\.story) == [
          Story(
            open: "active", firstFin: "local", endsIn: nil,
            states: "SYN_SENT ESTABLISHED FIN_WAIT1 FIN_WAIT2"),
          Story(
            open: "passive", firstFin: "remote", endsIn: nil,
            states: "SYN_RECV ESTABLISHED CLOSE_WAIT"),
        ])
    }
  }
}
