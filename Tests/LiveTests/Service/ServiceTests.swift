// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// The product as the unit has systemd run it, as far as that can be done without systemd: confine.py.
  @Suite(
    .enabled(if: Service.isThere, "nothing has been packed (make dist), or no python3-seccomp"))
  struct ServiceTests {
    @Test(arguments: [false, true])
    func traces(_ isWithDropIn: Bool) throws {
      let service = try Service(isWithDropIn: isWithDropIn)
      let (process, queued) = try Namespace.within { _ in
        (try Child(["sleep", "60"]), try Pair())
      }
      let tracer = try Tracer(command: service.command("trace", "--json", "-v"))
      // What the manager has given is kept, though it could not be had from here.
      #expect(tracer.process.stderr.contains("runs at real-time priority 1"))
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      #expect(try tracer.client(pair.ports).close == "three_way")
      queued.closeAtOnce(queued.client, queued.server)
      #expect(try tracer.client(queued.ports).open == "existing")
      let refused = tracer.process.stderr.contains("could not be entered")
      #expect(!refused, "\(tracer.process.stderr)")
      try tracer.stop()
      withExtendedLifetime(process) {}
    }

    /// The confinement is none on paper only.
    @Test func isConfined() throws {
      let service = try Service(isWithDropIn: false)
      func status(_ command: String...) throws -> CInt {
        try Child(service.confined(command)).wait().status
      }
      #expect(try status("/bin/true") == 0)
      #expect(try status("/usr/bin/unshare", "-U", "/bin/true") != 0)
      #expect(try status("/usr/bin/chrt", "--rr", "2", "/bin/true") != 0)
      #expect(try status("/usr/bin/nsenter", "--net=/proc/self/ns/net", "/bin/true") != 0)
      #expect(try status("/bin/ls", "/proc/1") != 0)
    }
  }
}

/// The unit, its product, and what runs the one as the other says, where nobody's rights suffice to read them.
private final class Service {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let units = folder.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "deploy/systemd")
  private static let python = "/usr/bin/python3"

  static let isThere: Bool =
    Packed.path != nil
    && (ProcessInfo.processInfo.environment["SYNFIN_REQUIRE_LIVE"] == "1"
      || (try? Child.run(python, "-c", "import seccomp"))?.status == 0)

  private let place: URL
  private let names: [String]

  init(isWithDropIn: Bool) throws {
    place = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    names = ["synfin.service"] + (isWithDropIn ? ["other-namespaces.conf"] : [])
    let sources =
      names.map { Self.units.appending(path: $0) } + [
        Self.folder.appending(path: "confine.py"), URL(filePath: try #require(Packed.path)),
      ]
    for source in sources {
      let copy = place.appending(path: source.lastPathComponent)
      try FileManager.default.copyItem(at: source, to: copy)
      // A clone may be its owner's alone.
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copy.path)
    }
  }

  deinit { try? FileManager.default.removeItem(at: place) }

  func command(_ arguments: String...) -> [String] {
    confined([place.appending(path: "synfin").path] + arguments)
  }

  func confined(_ command: [String]) -> [String] {
    [Self.python] + (["confine.py"] + names).map { place.appending(path: $0).path } + ["--"]
      + command
  }
}
