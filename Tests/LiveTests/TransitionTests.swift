// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// `trace --transitions`.
  @Suite struct TransitionTests {
    @Test func eachOfAPromptClose() throws {
      let tracer = try Tracer("trace", "--transitions", "--json")
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      let (client, server) = (try tracer.client(pair.ports), try tracer.server(pair.ports))
      let run = try tracer.stop()
      let changes = Dictionary(grouping: try run.changes(), by: \.id)

      func edges(of end: End) -> [String] {
        changes[end.id, default: []].map { "\($0.from)>\($0.to)" }
      }
      #expect(
        edges(of: client) == [
          "CLOSED>SYN_SENT", "SYN_SENT>ESTABLISHED", "ESTABLISHED>FIN_WAIT1",
          "FIN_WAIT1>FIN_WAIT2", "FIN_WAIT2>CLOSED",
        ])
      #expect(
        edges(of: server) == [
          "LISTEN>SYN_RECV", "SYN_RECV>ESTABLISHED", "ESTABLISHED>CLOSE_WAIT",
          "CLOSE_WAIT>LAST_ACK", "LAST_ACK>CLOSED",
        ])
      for end in [client, server] {
        let own = changes[end.id, default: []]
        #expect(own.map(\.atUs) == end.states.map(\.at), "the times are those of the states")
        #expect(own.allSatisfy { $0.netns == end.netns && $0.remote == end.remote })
      }
    }

    /// A line for each state change, and none for what is no connection.
    @Test func asText() throws {
      let tracer = try Tracer("trace", "--transitions", environment: ["COLUMNS": "80"])
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      let (client, server) = (":\(pair.ports.client)", ":\(pair.ports.server)")
      try waitUntil("10 lines") {
        tracer.process.stdout.split(separator: "\n")
          .count { $0.contains(client) || $0.contains(server) } >= 10
      }
      let lines = try tracer.stop().lines
      let own = lines.filter { $0.contains(client) || $0.contains(server) }
      #expect(own.count == 10)
      for word in ["SYN_SENT", "SYN_RECV", "FIN_WAIT2", "LAST_ACK"] {
        #expect(own.contains { $0.contains(word) }, "\(word)")
      }
    }
  }
}
