// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Report
import Testing

@testable import Exposition

/// Which series there are, in which order, and what they are at.
struct SampleTests {
  private func exposition(_ host: inout Host) -> Exposition {
    Exposition(host.snapshot(), by: TracerFacts(version: "1"))
  }

  @Test func rolesThenPortsThenOther() {
    var host = Host(maxPorts: 4)
    for port: UInt16 in [9000, 443, 22, 5432, 80] { _ = host.accept(at: port) }
    for port: UInt16 in [5432, 443, 1] { _ = host.connect(to: port) }
    let lines = exposition(&host).written(.text).split(separator: "\n")
      .filter { $0.hasPrefix("synfin_connections_opened_total{") }
    #expect(
      lines == [
        #"synfin_connections_opened_total{role="server",port="22"} 1"#,
        #"synfin_connections_opened_total{role="server",port="443"} 1"#,
        #"synfin_connections_opened_total{role="server",port="5432"} 1"#,
        #"synfin_connections_opened_total{role="server",port="9000"} 1"#,
        #"synfin_connections_opened_total{role="server",port="other"} 1"#,
        #"synfin_connections_opened_total{role="client",port="443"} 1"#,
        #"synfin_connections_opened_total{role="client",port="5432"} 1"#,
        #"synfin_connections_opened_total{role="client",port="other"} 1"#,
      ])
  }

  /// A port whose attempts all failed has opened none, and that is a number.
  @Test func zerosThatAreKnown() {
    var host = Host()
    host.refused(at: 9)
    _ = host.find(.established, localPort: 22, remotePort: 50_000)
    let series = exposition(&host).series
    #expect(series[#"synfin_connections_opened_total{role="client",port="9"}"#] == "0")
    #expect(series[#"synfin_handshake_retransmits_total{role="client",port="9"}"#] == "0")
    // Of what was there before, nobody knows.
    #expect(!series.keys.contains { $0.hasPrefix("synfin_connections_opened_total{role=\"unk") })
    // There is no histogram of nothing.
    #expect(!series.keys.contains { $0.contains("_bucket") })
  }

  /// The oldest of a port, whichever side of it.
  @Test func theOldestCloseWaitOfAPort() {
    var host = Host()
    let client = host.connect(to: 80)
    host.receiveFIN(client)
    let began = host.now
    host.wait(5_000_000_000)
    let server = host.accept(at: 80)
    host.receiveFIN(server)
    let key = #"synfin_close_wait_oldest_seconds{port="80"}"#
    let first = exposition(&host)
    let age = first.snapshot.at - began
    #expect(first.series[key].flatMap(Double.init) == Double(age) / 1e9)
    host.closeSecond(client)
    host.closeSecond(server)
    #expect(exposition(&host).series[key] == "0")
  }

  @Test func statesGoBackToZero() {
    var host = Host()
    let socket = host.accept(at: 443)
    let key = #"synfin_connections{state="ESTABLISHED",role="server",port="443"}"#
    #expect(exposition(&host).series[key] == "1")
    host.receiveReset(socket)
    #expect(exposition(&host).series[key] == "0")
  }

  // MARK: Numbers

  @Test(
    arguments: [
      (0, "0"), (1, "0.000000001"), (10_000, "0.00001"), (123_456, "0.000123456"),
      (100_000_000, "0.1"), (1_000_000_000, "1"), (1_000_000_001, "1.000000001"),
      (86_400_000_000_000, "86400"), (.max, "18446744073.709551615"),
    ] as [(UInt64, String)])
  func secondsAreExact(_ nanoseconds: UInt64, _ expected: String) {
    var text = Text()
    text.append(billionths: nanoseconds)
    #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
  }

  @Test(
    arguments: [
      (0, "0"), (1, "1"), (0.25, "0.25"), (1.0 / 28_232, "0.000035421"), (-1, "0"), (.nan, "0"),
      (.infinity, "1000000000"),
    ] as [(Double, String)])
  func shares(_ part: Double, _ expected: String) {
    var text = Text()
    text.append(Sample.Value.share(part))
    #expect(String(decoding: text.bytes, as: UTF8.self) == expected)
  }

  /// A scraper that prefers the other format finds the same series in it.
  @Test func boundsAreTheSameInBothFormats() {
    func bounds(_ text: String) -> [Substring] {
      text.split(separator: "\n").compactMap { line in
        line.split(separator: #"",le=""#).dropFirst().first?.prefix { $0 != "\"" }
      }
    }
    let example = Exposition.example
    let text = bounds(example.written(.text))
    #expect(text == bounds(example.written(.openMetrics)))
    for bound in ["0.00001", "0.5", "1.0", "63.0", "86400.0", "+Inf"] {
      #expect(text.contains(Substring(bound)))
    }
  }

  // MARK: Growth

  /// Over any host's day: counters never shrink, buckets hold one another, and there is a bound.
  @Test(arguments: [3, 5, 8] as [UInt64])
  func whatIsScrapedAgainAndAgain(_ seed: UInt64) {
    var weather = Weather(seed: seed, maxPorts: 6)
    var before: [String: String] = [:]
    for _ in 0..<10 {
      // Less than an idle port keeps its place: no series ends.
      for _ in 0..<60 { weather.step(within: 1 << 32) }
      let exposition = exposition(&weather.host)
      let series = exposition.series
      for (key, value) in before where key.contains("_total") || key.contains("_bucket") {
        let (old, new) = (Double(value) ?? .infinity, series[key].flatMap(Double.init) ?? -1)
        #expect(old <= new, "\(key)")
      }
      let opened = series.filter { $0.key.hasPrefix("synfin_connections_opened_total") }
      #expect(
        opened.values.compactMap(UInt64.init).reduce(0, +)
          == exposition.snapshot.services.values.reduce(0) { $0 + $1.counters.opened })
      before = series
    }
    #expect(before.keys.contains { $0.contains(#"port="other""#) })
  }
}
