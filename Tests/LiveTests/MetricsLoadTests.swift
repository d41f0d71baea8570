// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing
import Tour

extension Live {
  /// `synfin metrics --listen` while much goes on: every scrape is answered, and nothing is counted wrong.
  @Suite struct MetricsLoadTests {
    /// Connections as fast as two threads can make them, and scrapes one after the other.
    @Test func floodWhileBeingScraped() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)")
        let listener = try Socket.listening()
        let port = #"port="\#(listener.localPort)""#
        let scraper = try Child([
          "sh", "-c",
          """
          for turn in $(seq 60); do
            curl -sS --max-time 20 --compressed -o /dev/null -w '%{http_code}\\n' \
              http://127.0.0.1:\(exporter.port)/metrics || exit 1
          done
          """,
        ])
        try makeOrderly(6007, to: listener)
        let end = try scraper.wait()
        #expect(end.status == 0, "\(end.stderr)")
        #expect(end.stdout.split(separator: "\n") == Array(repeating: "200", count: 60))
        let last = try exporter.scrape(until: "6007 ends of each side") {
          let ended = $0.sum("synfin_connections_closed_total", port)
          return ended + $0.sum("synfin_events_lost_total", "stage") >= 2 * 6007
        }
        let opened = last.sum("synfin_connections_opened_total", port)
        let lost = last.sum("synfin_events_lost_total", "stage")
        #expect(opened <= 2 * 6007 && opened + lost >= 2 * 6007, "\(lost) lost")
        try exporter.tracer.stop()
      }
    }

    /// Clients that say nothing take a place each, and keep nobody out.
    @Test func silentClients() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)")
        var silent: [Socket] = []
        for _ in 0..<700 {
          let socket = try Socket()
          try socket.connect(.loopback, port: exporter.port)
          silent.append(socket)
        }
        #expect(try exporter.get("/healthz") == "ok\n")
        let scrape = try exporter.scrape()
        #expect(scrape["synfin_http_connections"] ?? 0 <= 128)
        let pushed = scrape[#"synfin_http_connections_dropped_total{reason="pushed_out"}"#]
        #expect(pushed ?? 0 >= 700 - 128)
        silent = []
        try exporter.tracer.stop()
      }
    }

    /// Somebody's program that asks without end gets a share of the reading thread and no more: what comes
    /// meanwhile is read.
    @Test func impatientClients() throws {
      try Namespace.within { inode in
        let exporter = try Exporter("--netns", "\(inode)")
        let listener = try Socket.listening()
        let port = #"port="\#(listener.localPort)""#
        let clients = try (0..<4).map { _ in
          try Child([
            "sh", "-c",
            "for turn in $(seq 40); do curl -sS --max-time 20 -o /dev/null "
              + "http://127.0.0.1:\(exporter.port)/metrics || exit 1; done",
          ])
        }
        try makeOrderly(501, to: listener)
        for client in clients {
          let end = try client.wait()
          #expect(end.status == 0, "\(end.stderr)")
        }
        let last = try exporter.scrape(until: "501 clients") {
          $0.sum("synfin_connections_closed_total", #"role="client""#, port) == 501
        }
        #expect(last.sum("synfin_events_lost_total", "stage") == 0)
        try exporter.tracer.stop()
      }
    }
  }
}
