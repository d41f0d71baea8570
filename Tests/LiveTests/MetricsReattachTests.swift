// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// SIGHUP: the programs are attached anew, and counters go on.
  @Suite struct MetricsReattachTests {
    /// Each connection is counted once, also the one that is open meanwhile.
    @Test func countersGoOn() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)")
        let listener = try Socket.listening()
        let port = #"port="\#(listener.localPort)""#
        try makeOrderly(7, to: listener)
        let held = try Churn.meet(listener)
        let before = try exporter.scrape(until: "eight connections") {
          $0.sum("synfin_connections_opened_total", #"role="server""#, port) == 8
        }
        #expect(before["synfin_attachments_total"] == 1)
        exporter.tracer.process.signal(SIGHUP)
        try exporter.scrape(until: "the second time") { $0["synfin_attachments_total"] == 2 }
        try makeOrderly(11, to: listener)
        let after = try exporter.scrape(until: "eighteen ends") {
          $0.sum("synfin_connections_closed_total", #"role="server""#, port) == 18
        }
        #expect(after.sum("synfin_connections_opened_total", #"role="server""#, port) == 19)
        for role in ["server", "client"] {
          let labels = [#"state="ESTABLISHED""#, #"role="\#(role)""#, port]
          #expect(after.sum("synfin_connections", labels[0], labels[1], labels[2]) == 1)
        }
        let began = "synfin_attached_timestamp_seconds"
        #expect(try #require(after[began]) > #require(before[began]))
        for (series, value) in before.values where series.contains("_total") {
          #expect(after[series] ?? 0 >= value, "\(series)")
        }
        // What was open meanwhile is what it was, and its end is told like any other.
        held.client.close()
        try held.server.waitUntilReadable()
        held.server.close()
        try exporter.scrape(until: "its end") {
          $0.sum("synfin_connections_closed_total", #"role="server""#, #"first_fin="remote""#, port)
            == 19
        }
        try exporter.tracer.stop()
      }
    }

    /// While connections come and go, none is counted twice or left out.
    @Test func exactlyOnce() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)")
        let listener = try Socket.listening()
        let port = #"port="\#(listener.localPort)""#
        for round in 1...3 {
          exporter.tracer.process.signal(SIGHUP)
          // The load goes on while the kernel is attached to.
          try makeOrderly(211, to: listener)
          try exporter.scrape(until: "time \(round + 1)") {
            $0["synfin_attachments_total"] == Double(round + 1)
          }
        }
        let last = try exporter.scrape(until: "all of them") {
          $0.sum("synfin_connections_opened_total", port) == 3 * 211 * 2
        }
        #expect(last.sum("synfin_events_lost_total", "stage") == 0)
        try makeOrderly(1, to: listener)
        let more = try exporter.scrape(until: "one more") {
          $0.sum("synfin_connections_opened_total", port) > 3 * 211 * 2
        }
        #expect(more.sum("synfin_connections_opened_total", port) <= 3 * 211 * 2 + 2)
        try exporter.tracer.stop()
      }
    }

    /// Where the kernel refuses what is new, what is attached stays, and is read as before.
    @Test func refused() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)")
        let listener = try Socket.listening()
        let port = #"port="\#(listener.localPort)""#
        try makeOrderly(3, to: listener)
        let open = try #require(try exporter.scrape()["process_open_fds"])
        // Enough for a client, and not for programs and maps.
        let limit = Int(open) + 3
        let pid = exporter.tracer.process.pid
        let narrowed = try Child.run("prlimit", "--pid", "\(pid)", "--nofile=\(limit)")
        #expect(narrowed.status == 0, "\(narrowed.stderr)")
        exporter.tracer.process.signal(SIGHUP)
        try exporter.tracer.process.waitForLine(ending: "going on with what is attached")
        try makeOrderly(2, to: listener)
        let last = try exporter.scrape(until: "five connections") {
          $0.sum("synfin_connections_opened_total", #"role="client""#, port) == 5
        }
        #expect(last["synfin_attachments_total"] == 1)
        #expect(last["process_open_fds"] ?? 0 <= open + 1)
        try exporter.tracer.stop()
      }
    }
  }
}
