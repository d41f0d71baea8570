// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Nothing is counted twice, and nothing is left out.
  @Suite struct CountTests {
    /// A prime, so that no doubling or batching hides in it.
    private static let count = 23

    @Test func toTheUnit() throws {
      let count = Self.count
      try Namespace.within { inode in
        let tracer = try Tracer("trace", "--json", "--netns", "\(inode)")
        let listeners = (prompt: try Socket.listening(), reset: try Socket.listening())
        let nobody = try Socket.freePort()
        let (prompt, reset) = (listeners.prompt.localPort, listeners.reset.localPort)
        try makeOrderly(count, to: listeners.prompt)
        for _ in 0..<count {
          let client = try Socket.connected(to: listeners.reset)
          let server = try listeners.reset.accept()
          try client.setLingerZero()
          client.close()
          try server.waitUntilReadable()
          server.close()
        }
        for _ in 0..<count {
          let client = try Socket()
          #expect(throws: Socket.Failure.self) { try client.connect(.loopback, port: nobody) }
        }
        listeners.prompt.close()
        listeners.reset.close()
        try KernelTables.waitUntilQuiet()
        let run = try tracer.stop()

        let ends = try run.ends()
        #expect(ends.count { $0.localPort == prompt && $0.open == "passive" } == count)
        #expect(ends.count { $0.remotePort == prompt && $0.open == "active" } == count)
        #expect(ends.count { $0.localPort == reset && $0.reset == "received" } == count)
        #expect(ends.count { $0.remotePort == reset && $0.reset == "sent" } == count)
        #expect(ends.count { $0.remotePort == nobody && $0.openResult == "refused" } == count)
        #expect(ends.count == 5 * count)
        #expect(Set(ends.map(\.id)).count == 5 * count)

        // Ten transitions of an orderly connection, six of a reset one, two of a refused one.
        let totals = try run.totals()
        #expect(totals.transitions == (10 + 6 + 2) * count)
        #expect(totals.connections == 5 * count)
        #expect(totals.allLost == 0)
      }
    }
  }
}
