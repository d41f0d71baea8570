// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Whose a connection was, and who ended it, where two processes meet.
  @Suite struct ProcessTests {
    @Test func killed() throws {
      let (client, server, visitor) = try watchVisitor { visitor in
        visitor.process.signal(SIGKILL)
        _ = try visitor.process.wait()
        try visitor.server.waitUntilReadable()
        visitor.server.close()
      }
      #expect(client.owner?.pid == visitor.pid && client.owner?.comm == "visitor")
      #expect(client.owner?.from == "connect")
      #expect(client.closer?.pid == visitor.pid)
      #expect(client.closer?.exiting == true && client.closer?.killed == true)
      #expect(client.firstFin == "local" && server.firstFin == "remote")
      // Not the visitor, though its task ran on the CPU while this end's states changed.
      #expect(server.owner?.pid == ownPID && server.closer?.pid == ownPID)
      #expect(server.closer?.exiting == false && server.closer?.killed == false)
    }

    @Test func exited() throws {
      let (client, server, visitor) = try watchVisitor { visitor in
        // A line, after which the shell has no more to do.
        try visitor.server.send(line: "bye\n")
        _ = try visitor.process.wait()
        try visitor.server.waitUntilReadable()
        visitor.server.close()
      }
      #expect(client.owner?.pid == visitor.pid && client.closer?.pid == visitor.pid)
      #expect(client.closer?.exiting == true && client.closer?.killed == false)
      #expect(client.bytesReceived == 4 && server.bytesSent == 4)
    }

    @Test func eachEndHasItsOwnProcess() throws {
      let (client, server, visitor) = try watchVisitor { try $0.sendAway() }
      #expect(client.owner?.pid == visitor.pid && client.closer?.pid == visitor.pid)
      #expect(server.owner?.pid == ownPID && server.closer?.pid == ownPID)
      #expect(server.firstFin == "local" && client.firstFin == "remote")
      #expect(client.isnLocal == server.isnRemote && client.isnRemote == server.isnLocal)
    }

    private func watchVisitor(
      _ ending: (Visitor) throws -> Void
    ) throws -> (client: End, server: End, visitor: Visitor) {
      let listener = try Socket.listening()
      let tracer = try Tracer("trace", "--json")
      let visitor = try Visitor(to: listener)
      try ending(visitor)
      let ends = (try tracer.client(visitor.ports), try tracer.server(visitor.ports), visitor)
      #expect(try tracer.stop().ends(of: visitor.ports).count == 2)
      return ends
    }
  }
}

extension Socket {
  fileprivate func send(line: String) throws {
    let bytes = Array(line.utf8)
    let sent = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
    }
    try #require(sent == bytes.count)
  }
}
