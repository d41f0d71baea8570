// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Where synfin says that a TIME_WAIT is left, the kernel lists one, and nowhere else.
  @Suite struct TimeWaitTests {
    @Test func asTheKernelListsThem() throws {
      let tracer = try Tracer("trace", "--json")
      let listener = try Socket.listening()
      let port = listener.localPort
      // Each way to part, and a different number of each.
      var ways: [(count: Int, part: (Socket, Socket) throws -> Void)] = [
        (5, { client, server in try shut(client, server) }),
        (3, { client, server in try shut(server, client) }),
        (
          2,
          { client, server in
            try client.setLingerZero()
            client.close()
            server.close()
          }
        ),
        (
          4,
          { client, server in
            try server.send(1)
            try client.waitUntilReadable()
            client.close()
            server.close()
          }
        ),
      ]
      // With close() it keeps none, and a mini socket's TIME_WAIT begins without a word.
      if Product.followsMinis { ways.append((6, { client, server in try part(client, server) })) }
      let (all, inTimeWait) = Product.followsMinis ? (40, 14) : (28, 8)
      for way in ways {
        for _ in 0..<way.count {
          let client = try Socket.connected(to: listener)
          try way.part(client, listener.accept())
        }
      }
      try waitUntil("\(all) ends") {
        try tracer.ends().count { $0.localPort == port || $0.remotePort == port } >= all
      }
      let listed = try KernelTables.timeWaits(port: port)
      let ends = try tracer.stop().ends(port: port)
      let told = ends.filter { $0.endsIn == "TIME_WAIT" }.map { "\($0.local) > \($0.remote)" }
      #expect(ends.count == all && told.count == inTimeWait)
      #expect(Set(told) == listed)
    }
  }
}

/// With shutdown() the first closer keeps its socket, and so tells the whole of its end.
private func shut(_ first: Socket, _ second: Socket) throws {
  try first.shutdownWriting()
  try second.waitUntilReadable()
  second.close()
  try first.waitUntilReadable()
  first.close()
}

private func part(_ first: Socket, _ second: Socket) throws {
  let (local, remote) = (first.localPort, second.localPort)
  first.close()
  try KernelTables.wait(for: .finWait2, local: local, remote: remote)
  second.close()
}
