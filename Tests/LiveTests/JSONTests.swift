// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// The keys that scripts rely on: all of them, whatever is known, and no others.
  @Suite struct JSONTests {
    private static let connection: Set<String> = [
      "type", "id", "netns", "family", "v4_mapped", "local", "remote", "open", "open_result",
      "error", "connect_us", "handshake_rtt_us", "handshake_rtt_unknown", "syn_retrans",
      "synack_retrans", "isn_local", "isn_remote", "close", "first_fin", "reset", "why", "ends_in",
      "via", "owner", "closer", "killer", "uid", "cgroup", "bytes_sent", "bytes_received",
      "retrans", "opened_us", "established_us", "closed_us", "states",
    ]
    /// Where the cgroup resolves.
    private static let optional: Set<String> = ["cgroup_path"]

    private static let transition: Set<String> = [
      "type", "id", "at_us", "from", "to", "netns", "local", "remote", "owner",
    ]

    private static let timeWait: Set<String> = [
      "type", "id", "netns", "local", "remote", "began_us", "ended_us", "ended_by", "left_by",
    ]

    @Test func keys() throws {
      let tracer = try Tracer("trace", "--json", "--transitions")
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      let open = try Pair()
      _ = try tracer.client(pair.ports)
      let lines = try tracer.stop().lines
      #expect(open.ports.client != 0)
      var types: [String: Int] = [:]
      for line in lines {
        let any = try JSONSerialization.jsonObject(with: Data(line.utf8))
        let object = try #require(any as? [String: Any])
        let type = try #require(object["type"] as? String)
        types[type, default: 0] += 1
        let keys = Set(object.keys).subtracting(Self.optional)
        switch type {
        case "connection": #expect(keys == Self.connection)
        case "transition": #expect(keys == Self.transition)
        case "time_wait": #expect(keys == Self.timeWait)
        case "summary": #expect(keys.isSuperset(of: ["transitions", "connections", "lost"]))
        default: Issue.record("\(line)")
        }
      }
      #expect(types["connection", default: 0] >= 4 && types["transition", default: 0] >= 14)
      #expect(types["summary"] == 1)
      #expect(lines.last?.hasPrefix("{\"type\":\"summary\"") == true)
    }
  }
}
