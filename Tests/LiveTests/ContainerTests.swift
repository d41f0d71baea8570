// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// From inside a container's namespaces the host is told of as it is, and what is not seen is said.
  @Suite struct ContainerTests {
    /// In a PID namespace with a /proc of its own, whose first process it is.
    private func command(_ arguments: String...) -> [String] {
      ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", Product.path] + arguments
    }

    @Test func pidsAreTheHosts() throws {
      let tracer = try Tracer(command: command("trace", "--json", "-v", "--duration", "3"))
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      for end in [try tracer.client(pair.ports), try tracer.server(pair.ports)] {
        #expect(end.owner?.pid == ownPID)
      }
      let stderr = try tracer.finished().end.stderr
      #expect(stderr.contains("initial PID namespace: no, a container's: pids are the host's"))
      #expect(stderr.contains("other network namespaces: no, not looked into"))
    }

    @Test func doctorSaysIt() throws {
      let end = try Child(command("doctor")).wait()
      #expect(end.status == 0, "\(end.stderr)")
      #expect(
        end.stdout.split(separator: "\n").contains {
          $0.hasPrefix("no ") && $0.contains("a container's: pids are the host's")
        })
    }

    /// A pid that is typed there is not taken for the container's without a word.
    @Test func pidThatIsAskedFor() throws {
      let here = try Child.run(Product.path, "trace", "--pid", "7", "--duration", "0")
      #expect(!here.stderr.contains("--pid is"))
      let inside = try Child(command("trace", "--pid", "7", "--duration", "0")).wait()
      #expect(inside.stderr.contains("--pid is the host's number"), "\(inside.stderr)")
    }

    /// Not even Swift's runtime can do without, and it would only abort.
    @Test func withoutProc() throws {
      let script = "umount -l /proc && exec \"$@\""
      let end = try Child(
        ["unshare", "-m", "sh", "-c", script, "sh", Product.path, "trace"]).wait()
      #expect(end.status == 69)
      #expect(
        end.stderr == "synfin: /proc is not mounted here, and nothing can be told without it\n")
    }
  }
}
