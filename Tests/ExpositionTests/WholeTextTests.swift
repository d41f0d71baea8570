// SPDX-License-Identifier: Apache-2.0
import Exposition
import Lifecycle
import MadeUpHost
import Metrics
import Testing

/// Each format to the byte, of a host on which a little of everything has happened.
struct WholeTextTests {
  @Test(
    arguments: [
      (Format.text, "metrics.txt"), (.openMetrics, "openmetrics.txt"), (.json, "metrics.json"),
    ])
  func isAsExpected(_ format: Format, _ file: String) throws {
    let (written, expected) = (Exposition.example.written(format), try Files.expected(file))
    for (line, expected) in zip(written.split(separator: "\n"), expected.split(separator: "\n")) {
      #expect(line == expected)
    }
    #expect(written == expected)
  }

  /// Nothing has happened, nobody listens, and nobody knows anything.
  @Test func aQuietHost() {
    let quiet = Exposition(Snapshot(at: 2, startedAt: 1), by: TracerFacts(version: "1"))
    #expect(
      quiet.series == [
        #"synfin_time_wait_sockets{port="other",substate="time_wait"}"#: "0",
        #"synfin_time_wait_sockets{port="other",substate="fin_wait2"}"#: "0",
        "synfin_events_total": "0",
        #"synfin_events_lost_total{stage="ring"}"#: "0",
        #"synfin_events_lost_total{stage="guard"}"#: "0",
        #"synfin_events_lost_total{stage="gap"}"#: "0",
        #"synfin_events_lost_total{stage="table"}"#: "0",
        #"synfin_events_lost_total{stage="owner"}"#: "0",
        "synfin_port_overflow_total": "0",
        "synfin_attachments_total": "1",
        "synfin_attached_timestamp_seconds": "0",
        #"synfin_build_info{version="1",kernel="unknown"}"#: "1",
      ])
    #expect(quiet.written(.openMetrics).hasSuffix("\n# EOF\n"))
  }
}
