// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// What a person reads.
  @Suite struct TextTests {
    @Test(arguments: [[], ["--transitions"]])
    func isAsWideAsTheTerminal(_ arguments: [String]) throws {
      let tracer = try Tracer(["trace"] + arguments, environment: ["COLUMNS": "80"])
      // Long addresses and long words are what could run over.
      try playEverything()
      let run = try tracer.stop()
      let lines = run.lines
      #expect(lines.count > 8)
      for line in lines { #expect(line.count <= 80, "\(line)") }
      let header = try #require(lines.first)
      #expect(header.contains("LOCAL") && header.contains("REMOTE"), "\(header)")
      #expect(header == header.uppercased(), "\(header)")
      // Neither colour nor cursor movement in a file.
      #expect(!run.end.stdout.contains("\u{1b}"))
    }

    @Test func aLineForEachEnd() throws {
      let tracer = try Tracer("trace", environment: ["COLUMNS": "200"])
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      let (client, server) = (":\(pair.ports.client)", ":\(pair.ports.server)")
      try waitUntil("two lines") {
        tracer.process.stdout.split(separator: "\n")
          .count { $0.contains(client) && $0.contains(server) } >= 2
      }
      let lines = try tracer.stop().lines
      #expect(lines.count { $0.contains(client) && $0.contains(server) } == 2)
    }

    private func playEverything() throws {
      for pair in [try Pair(), try Pair(isV6: true), try Pair(isV6: true, to: .loopback)] {
        pair.closeAtOnce(pair.client, pair.server)
      }
      let reset = try Pair(isV6: true)
      try reset.server.send(1)
      try reset.client.waitUntilReadable()
      reset.client.close()
      let refused = try Socket()
      #expect(throws: Socket.Failure.self) {
        try refused.connect(.loopback, port: try Socket.freePort())
      }
      let disconnected = try Pair()
      disconnected.client.disconnect()
    }
  }
}
