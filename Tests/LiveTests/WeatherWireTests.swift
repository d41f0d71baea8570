// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Whatever happens on the way.
  @Suite struct WeatherWireTests {
    private static let count = 24

    /// Packets get lost, doubled and late, and the ends do as they like. Nobody knows before what comes
    /// of it; the packets say it afterwards, and so must the words.
    @Test func bad() throws {
      _ = try severalOnTheWire(2 * Self.count) { link in
        try link.set("tcp_fin_timeout", 2)
        let some = { @Sendable (_: Transit) in Int.random(in: 0..<12) == 0 }
        link.delay(3)
        for side in [Side.client, .server] {
          link.double(from: side, some)
          link.drop(from: side, some)
        }
        let meetings = Array(repeating: { try meet(on: link) }, count: Self.count)
        _ = try inParallel(meetings)
      }
    }

    private func meet(on link: Link) throws {
      let pair = try link.connect()
      for _ in 0..<Int.random(in: 0..<3) {
        try pair.client.send(.random(in: 1...4_000))
        try pair.server.send(.random(in: 1...4_000))
      }
      let side: Side = Bool.random() ? .client : .server
      let (first, second) = (pair.end(side), pair.end(side.other))
      switch Int.random(in: 0..<6) {
      case 0: first.close()
      case 1:
        first.close()
        second.close()
      case 2:
        try first.shutdownWriting()
        try second.receiveAll()
        second.close()
        try first.receiveAll()
      case 3:
        try first.setLingerZero()
        first.close()
      case 4:
        try first.shutdownWriting()
        try second.shutdownWriting()
        try? first.receiveAll()
        try? second.receiveAll()
      default:
        try first.shutdownWriting()
        first.close()
        usleep(.random(in: 0..<50_000))
      }
    }
  }
}
