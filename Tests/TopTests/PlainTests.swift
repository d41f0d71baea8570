// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import MadeUpHost
import Metrics
import Report
import Testing

@testable import Top

/// The same without a terminal: as text, and as JSON.
struct PlainTests {
  @Test(arguments: [80, 120, 200, 65_535])
  func tables(_ width: Int) throws {
    var host = Host.busy()
    let text = try plain([host.read()], width: width)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    #expect(lines.allSatisfy { $0.utf8.count <= width && !$0.hasSuffix(" ") })
    #expect(lines.contains { $0.hasPrefix("PORT ") } && lines.contains { $0.hasPrefix("PROCESS ") })
    #expect(
      lines.contains { $0.hasPrefix("< 443 ") } && lines.contains { $0.hasPrefix("nginx/80") })
    if width >= 200 { #expect(lines.contains { $0.hasSuffix("refused 1") }) }
  }

  @Test func oneAfterTheOther() throws {
    var host = Host.busy()
    let text = try plain([host.read(), host.read()], width: 80)
    #expect(text.split(separator: "\n").count { $0.hasPrefix("synfin top ") } == 2)
    #expect(text.contains("\n\nsynfin top "))
  }

  @Test func manyRowsAreCounted() throws {
    var host = Host()
    for port: UInt16 in 1...60 { _ = host.connect(to: port) }
    #expect(try plain([host.read()], width: 80).contains("\n... and 10 more\n"))
  }

  private func plain(_ readings: [Reading], width: Int) throws -> String {
    var lines = TopLines(time: LocalTime(offsetToEpoch: 0, utcOffset: 0), width: width)
    var history = History()
    for reading in readings {
      history.add(reading)
      lines.frame(try #require(history.frame))
    }
    return String(decoding: lines.text.bytes, as: UTF8.self)
  }

  // MARK: JSON

  @Test func json() throws {
    var host = Host.busy()
    let top = try object(host.read())
    #expect(top["type"] as? String == "top")
    #expect(top["interval_us"] as? Int ?? 0 > 0)
    let services = try #require(top["services"] as? [[String: Any]])
    #expect(services.count == 3)
    let server = try #require(services.first { $0["port"] as? Int == 443 })
    #expect(server["role"] as? String == "server")
    #expect(server["open"] as? Int == 3 && server["opened"] as? Int == 3)
    #expect(server["states"] as? [String: Int] == ["ESTABLISHED": 1, "CLOSE_WAIT": 2])
    #expect(server["close_wait_oldest_is_at_least"] as? Bool == false)
    #expect((server["handshake_rtt"] as? [String: Any])?["count"] as? Int == 3)
    #expect((server["connect"] as? [String: Any])?["p50_us"] is NSNull)
    let client = try #require(services.first { $0["port"] as? Int == 5432 })
    let closed = try #require(client["closed"] as? [[String: Any]])
    #expect(closed.count == 1 && closed[0]["close"] as? String == "four_way")
    #expect(closed[0]["first_fin"] as? String == "local" && closed[0]["count"] as? Int == 3)
    #expect(client["time_wait"] as? Int == 3 && client["used_ratio"] is NSNull)
    let refused = try #require(services.first { $0["port"] as? Int == 9999 })
    #expect(refused["failures"] as? [String: Int] == ["refused": 1])
    let processes = try #require(top["processes"] as? [[String: Any]])
    #expect(Set(processes.compactMap { $0["pid"] as? Int }) == [80, 4321])
    #expect(processes.first?["comm"] as? String == "nginx")
  }

  /// What has no row of its own has a word, and what is not known is null.
  @Test func othersInJSON() throws {
    var host = Host(services: 1, owners: 2)
    _ = host.accept(at: 1, by: nil)
    _ = host.accept(at: 2, by: Host.nginx)
    _ = host.accept(at: 3, by: Host.curl)
    let top = try object(host.read())
    let services = try #require(top["services"] as? [[String: Any]])
    #expect(services.contains { $0["port"] as? String == "other" && $0["open"] as? Int == 2 })
    let processes = try #require(top["processes"] as? [[String: Any]])
    #expect(processes.contains { $0["pid"] is NSNull && $0["comm"] is NSNull })
    #expect(processes.contains { $0["pid"] is NSNull && $0["comm"] as? String == "other" })
  }

  private func object(_ reading: Reading) throws -> [String: Any] {
    var history = History()
    history.add(reading)
    var lines = JSONLines(time: LocalTime(offsetToEpoch: 0, utcOffset: 0))
    lines.frame(try #require(history.frame))
    let text = String(decoding: lines.text.bytes, as: UTF8.self)
    #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } == 1 && text.hasSuffix("}\n"))
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(parsed as? [String: Any])
  }
}
