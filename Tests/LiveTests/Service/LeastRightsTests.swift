// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Nobody, with exactly the capabilities that the unit and the DaemonSet give.
  @Suite struct LeastRightsTests {
    /// What begins after the start is told from every namespace, and whose it is.
    @Test func everywhere() throws {
      let program = try Program()
      let command = LeastRights.command(LeastRights.tracing, [program.path, "trace", "--json"])
      let tracer = try Tracer(command: command)
      let here = try Pair()
      here.closeAtOnce(here.client, here.server)
      let (inode, there) = try Namespace.within { inode in
        let pair = try Pair()
        pair.closeAtOnce(pair.client, pair.server)
        return (inode, pair)
      }
      for (pair, netns) in [(here, Namespace.inode), (there, inode)] {
        let ends = [try tracer.client(pair.ports), try tracer.server(pair.ports)]
        #expect(ends.allSatisfy { $0.close == "three_way" && $0.netns == netns })
        #expect(ends.allSatisfy { $0.owner?.pid == ownPID })
      }
      let run = try tracer.stop()
      #expect(run.end.stderr.contains("what was there before"))
      #expect(run.end.stderr.contains("lost 0"))
    }

    /// Numbers are served, and attached anew.
    @Test func metrics() throws {
      let program = try Program()
      let exporter = try Exporter(
        command: LeastRights.command(LeastRights.tracing, [program.path] + Exporter.arguments))
      for round in 1...2 {
        let pair = try Namespace.within { _ in try Pair() }
        try exporter.scrape(until: "round \(round)") {
          $0["synfin_attachments_total"] == Double(round)
            && $0.sum("synfin_connections_opened_total", "port=\"\(pair.ports.server)\"") == 2
        }
        exporter.tracer.process.signal(SIGHUP)
      }
      try exporter.tracer.stop(SIGTERM)
    }

    /// One less is too few, and it says which.
    @Test(arguments: LeastRights.tracing)
    func missing(_ capability: String) throws {
      let program = try Program()
      let others = LeastRights.tracing.filter { $0 != capability }
      for arguments in [["trace", "--duration", "1"], ["metrics"]] {
        let end = try Child(LeastRights.command(others, [program.path] + arguments)).wait()
        #expect(end.status == 77 && end.stdout.isEmpty)
        #expect(end.stderr.contains("CAP_\(capability.uppercased()) is missing"), "\(end.stderr)")
      }
    }
  }
}
