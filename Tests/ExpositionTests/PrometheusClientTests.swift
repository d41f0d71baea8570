// SPDX-License-Identifier: Apache-2.0
import Exposition
import Lifecycle
import MadeUpHost
import Metrics
import Testing

/// What Python's prometheus_client reads, whose parser of OpenMetrics is the strict one: no complaint, and
/// the snapshot's numbers to the unit.
@Suite(
  .enabled(
    if: Others.haveClient, "SYNFIN_PROMETHEUS_CLIENT names no folder with prometheus_client"))
struct PrometheusClientTests {
  private static let formats = [(Format.text, "text"), (Format.openMetrics, "openmetrics")]

  /// Each series with its value, by its name and labels.
  private func read(_ exposition: Exposition, _ format: (Format, String)) throws -> [String: Double]
  {
    let families = try Others.parse(exposition.written(format.0), as: format.1)
    return Dictionary(unique: families.flatMap(\.samples)) { sample in
      let labels = sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return (([sample.name] + labels).joined(separator: " "), sample.value)
    }
  }

  @Test(arguments: formats)
  func readsEachFamily(_ format: (Format, String)) throws {
    let read = try Others.parse(Exposition.example.written(format.0), as: format.1)
    #expect(read.count == Family.all.count)
    for (read, family) in zip(read, Family.all) {
      let name = "\(family.name)"
      // Its model has a counter's name without the suffix in both formats.
      #expect(read.name == (family.kind == .counter ? String(name.dropLast(6)) : name))
      #expect(read.type == "\(family.kind.name)")
      #expect(read.help == "\(family.help)")
      if format.0 == .openMetrics { #expect(read.unit == family.unit.map { "\($0)" } ?? "") }
    }
  }

  @Test(arguments: formats)
  func readsTheSnapshotsNumbers(_ format: (Format, String)) throws {
    var weather = Weather(seed: 11, maxPorts: 6)
    for _ in 0..<400 { weather.step() }
    let snapshot = weather.host.snapshot()
    let read = try read(Exposition(snapshot, by: TracerFacts(version: "1")), format)
    #expect(snapshot.services.count > 6)
    for (service, row) in snapshot.services {
      let port = service.port.map(String.init) ?? "other"
      let labels = "port=\(port) role=\(service.role.name)"
      if service.role != .unknown {
        #expect(
          read["synfin_connections_opened_total \(labels)"] == Double(row.counters.opened))
      }
      for (close, first, count) in row.counters.closes.counted {
        let words = "close=\(close.name) first_fin=\(first.map { "\($0.name)" } ?? "none")"
        #expect(read["synfin_connections_closed_total \(words) \(labels)"] == Double(count))
      }
      for (state, _) in row.seen.counted {
        #expect(
          read["synfin_connections \(labels) state=\(state.name)"]
            == Double(row.live.states[state]))
      }
      let rtt = row.counters.handshakeRTT
      let name = "synfin_handshake_rtt_seconds"
      #expect(read["\(name)_sum \(labels)"] == (rtt.count > 0 ? Double(rtt.sum) / 1e9 : nil))
      #expect(read["\(name)_count \(labels)"] == (rtt.count > 0 ? Double(rtt.count) : nil))
      if format.0 == .openMetrics {
        // In milliseconds, and the clock of these records began with the epoch.
        let since = Double((row.since + 500_000) / 1_000_000) / 1000
        #expect(read["\(name)_created \(labels)"] == (rtt.count > 0 ? since : nil))
      }
      let duration = row.counters.connectTime
      for (bound, count) in duration.cumulative where duration.count > 0 {
        let le = bound < 1_000_000_000 ? nil : "\(bound / 1_000_000_000).0"
        guard let le else { continue }
        #expect(
          read["synfin_connect_duration_seconds_bucket le=\(le) port=\(port)"] == Double(count))
      }
    }
    #expect(read["synfin_events_total"] == Double(snapshot.transitions))
  }

  /// Nothing that a label may hold ends it, or the line.
  @Test(arguments: formats)
  func readsAnyLabel(_ format: (Format, String)) throws {
    var tracer = TracerFacts(version: #"a"b\n\#n,c="d"} 1 \"#)
    tracer.kernel = "ü \u{1F980}\t#"
    let snapshot = Snapshot(at: 2, startedAt: 1)
    let read = try Others.parse(
      Exposition(snapshot, by: tracer).written(format.0), as: format.1)
    let labels = read.first { $0.name == "synfin_build_info" }?.samples.first?.labels
    #expect(labels == ["version": tracer.version, "kernel": "ü \u{1F980}\t#"])
  }
}
