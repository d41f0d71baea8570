// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// `synfin metrics`: the numbers, to the unit.
  @Suite struct MetricsTests {
    /// What there is now, at once and without a server.
    @Test func once() throws {
      try Namespace.within { inode in
        let pair = try Pair()
        let listener = try Socket.listening()
        for _ in 0..<5 { try Churn.leave(at: listener, serverFirst: true) }
        let run = try Tracer("metrics", "--netns", "\(inode)").finished()
        let scrape = Scrape(run.end.stdout)
        #expect(scrape.sum("synfin_connections", "state=\"ESTABLISHED\"") == 2)
        #expect(scrape.sum("synfin_connections_opened_total") == 0)
        let waiting = #"synfin_time_wait_sockets{port="\#(listener.localPort)""#
        // Where both ports are ephemeral, nobody can say which of them is the service's.
        #expect(
          scrape.sum("synfin_time_wait_sockets", #"substate="time_wait""#) == 5, "\(waiting)")
        #expect(scrape["synfin_time_wait_drift_sockets"] == 0)
        #expect(scrape["synfin_attachments_total"] == 1)
        pair.client.close()
        pair.server.close()
      }
    }

    /// Primes, so that no doubling or batching hides in them.
    @Test func toTheUnit() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)")
        let listener = try Socket.listening()
        let (port, nobody) = (listener.localPort, try Socket.freePort())
        try makeOrderly(23, to: listener)
        for _ in 0..<7 {
          let client = try Socket()
          #expect(throws: Socket.Failure.self) { try client.connect(.loopback, port: nobody) }
        }
        for _ in 0..<11 {
          let (client, server) = try Churn.meet(listener)
          try client.setLingerZero()
          client.close()
          try server.waitUntilReadable()
          server.close()
        }
        for _ in 0..<3 { try Churn.leave(at: listener, serverFirst: true) }
        let pairs = try (0..<5).map { _ in try Churn.meet(listener) }
        for pair in pairs.prefix(2) {
          pair.client.close()
          try pair.server.waitUntilReadable()
        }
        let last = try exporter.scrape(until: "37 ends of the server") {
          $0.sum("synfin_connections_closed_total", #"role="server""#, #"port="\#(port)""#) == 37
            && $0.sum("synfin_connections", #"state="CLOSE_WAIT""#) == 2
        }
        let (server, client) = (
          #"role="server",port="\#(port)""#, #"role="client",port="\#(port)""#
        )
        #expect(last["synfin_connections_opened_total{\(server)}"] == 42)
        #expect(last["synfin_connections_opened_total{\(client)}"] == 42)
        let refused = #"role="client",port="\#(nobody)",reason="refused""#
        #expect(last["synfin_connection_failures_total{\(refused)}"] == 7)
        func closed(_ labels: String, _ close: String) -> Double {
          last.sum("synfin_connections_closed_total", labels, #"close="\#(close)""#)
        }
        #expect(closed(server, "reset_received") == 11 && closed(client, "reset_sent") == 11)
        let first = last.sum(
          "synfin_connections_closed_total", client, #"first_fin="remote""#)
        #expect(first == 3)
        #expect(last[#"synfin_connections{state="ESTABLISHED",\#(server)}"#] == 3)
        #expect(last[#"synfin_connections{state="CLOSE_WAIT",\#(server)}"#] == 2)
        #expect(last[#"synfin_connect_duration_seconds_count{port="\#(port)"}"#] == 42)
        #expect(last[#"synfin_connect_duration_seconds_bucket{port="\#(port)",le="1.0"}"#] == 42)
        let known = last.sum("synfin_handshake_rtt_seconds_count", server)
        #expect(known + last.sum("synfin_handshake_rtt_unknown_total", #"role="server""#) >= 42)
        #expect(
          last[#"synfin_time_wait_sockets{port="\#(port)",substate="time_wait"}"#] == 3)
        #expect(
          last.sum("synfin_time_wait_sockets", #"port="other""#, #"substate="time_wait""#) >= 23)
        #expect(last["synfin_time_wait_drift_sockets"] == 0)
        #expect(last.sum("synfin_events_lost_total", "stage") == 0)
        for pair in pairs {
          pair.client.close()
          pair.server.close()
        }
        try exporter.tracer.stop(SIGTERM)
      }
    }

    /// A place for three ports, of which the exporter's own is one.
    @Test func portsAreBounded() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)", "--max-ports", "3")
        // So that it has its place.
        _ = try exporter.scrape()
        for _ in 0..<5 { try makeOrderly(3, to: try Socket.listening()) }
        let last = try exporter.scrape(until: "15 clients") {
          let closed = "synfin_connections_closed_total"
          let own = #"port="\#(exporter.port)""#
          return $0.sum(closed, #"role="client""#) - $0.sum(closed, #"role="client""#, own) == 15
        }
        let lines = last.values.keys.filter { $0.hasPrefix("synfin_connections_opened_total") }
        let ports = Set(lines.compactMap { $0.firstMatch(of: /port="(\d+)"/)?.1 })
        #expect(ports.count == 3, "\(lines)")
        // Of each of three ports, three connections with two ends.
        #expect(last.sum("synfin_connections_opened_total", #"port="other""#) == 18)
        #expect(last["synfin_port_overflow_total"] == 18)
        try exporter.tracer.stop()
      }
    }

    /// More than there is room for: those that are followed are right, and the rest is told as lost.
    @Test func theTableIsBounded() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)", "--max-connections", "50")
        let listener = try Socket.listening()
        var pairs = try (0..<40).map { _ in try Churn.meet(listener) }
        let full = try exporter.scrape(until: "lost transitions") {
          $0[#"synfin_events_lost_total{stage="table"}"#] ?? 0 > 0
        }
        #expect(full.sum("synfin_connections") <= 50)
        for pair in pairs {
          try pair.client.shutdownWriting()
          try pair.server.receive(1)
          pair.server.close()
          try pair.client.receive(1)
          pair.client.close()
        }
        pairs = []
        try exporter.scrape(until: "room again") { $0.sum("synfin_connections") < 10 }
        let lost = try exporter.scrape()[#"synfin_events_lost_total{stage="table"}"#]
        try makeOrderly(5, to: listener)
        let last = try exporter.scrape(until: "five more") {
          $0.sum("synfin_connections_closed_total", #"first_fin="local""#) >= 5
        }
        #expect(last[#"synfin_events_lost_total{stage="table"}"#] == lost)
        try exporter.tracer.stop()
      }
    }

    @Test func pages() throws {
      let exporter = try Exporter()
      #expect(try exporter.get("/healthz") == "ok\n")
      #expect(try exporter.get("/").contains("href=\"/metrics\""))
      #expect(try exporter.get("/nothing", "-w", "%{http_code}").hasSuffix("404"))
      let head = try exporter.get(
        "/metrics", "-D", "-", "-o", "/dev/null", "-H", "Accept: application/openmetrics-text")
      #expect(head.contains("application/openmetrics-text; version=1.0.0"))
      #expect(try exporter.get("/metrics", "--compressed").hasPrefix("# HELP"))
      try exporter.tracer.stop()
    }

    @Test func cannotListen() throws {
      let taken = try Socket.listening()
      let end = try Child.run(Product.path, "metrics", "--listen", "\(taken.localPort)")
      #expect(end.status == 1 && end.stdout.isEmpty)
      #expect(end.stderr.contains("Address already in use"), "\(end.stderr)")
      #expect(!end.stderr.contains("attached"))
    }
  }
}
