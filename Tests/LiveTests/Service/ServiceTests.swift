// SPDX-License-Identifier: Apache-2.0
import Foundation
import MadeUpManager
import Testing
import Tour

extension Live {
  /// The product as the unit has systemd run it, as far as that can be done without systemd: confine.py.
  @Suite(
    .enabled(if: Service.isThere, "nothing has been packed (make dist), or no python3-seccomp"))
  struct ServiceTests {
    @Test func traces() throws {
      let service = try Service(isWithDropIn: false)
      let tracer = try Tracer(command: service.command("trace", "--json", "-v"))
      // What the manager has given is kept, though it could not be had from here.
      #expect(tracer.process.stderr.contains("runs at real-time priority 1"))
      let pair = try Pair()
      pair.closeAtOnce(pair.client, pair.server)
      #expect(try tracer.client(pair.ports).close == "three_way")
      try tracer.stop()
    }

    /// What no process holds, in a namespace that is not the service's: the drop-in is for that alone.
    @Test(arguments: [false, true])
    func elsewhere(_ isWithDropIn: Bool) throws {
      let service = try Service(isWithDropIn: isWithDropIn)
      let (process, queued) = try Namespace.within { _ in
        (try Child(["sleep", "60"]), try Queued())
      }
      let tracer = try Tracer(command: service.command("trace", "--json", "--duration", "0"))
      let found = try tracer.finished().ends(of: queued.ports)
      #expect(found.count == (isWithDropIn ? 2 : 1), "the client is held by this process")
      withExtendedLifetime((process, queued)) {}
    }

    /// What the manager hears, from the start to the end, and that it lives where nothing happens.
    @Test func daemon() throws {
      let service = try Service(isWithDropIn: false)
      let inbox = try Inbox(.abstract)
      func hear(_ start: String) throws {
        try waitUntil(start) { inbox.next()?.hasPrefix(start) ?? false }
      }
      let exporter = try Exporter(
        command: service.command(Exporter.arguments + ["--remote-port", "1"]),
        environment: ["NOTIFY_SOCKET": inbox.name, "WATCHDOG_USEC": "1000000"])
      try hear("READY=1\nSTATUS=serving http://127.0.0.1:\(exporter.port)/metrics")
      for _ in 0..<3 { try hear("WATCHDOG=1") }
      #expect(try exporter.get("/healthz") == "ok\n")
      try expectLeast(exporter.tracer.process.pid)
      exporter.tracer.process.signal(SIGHUP)
      try hear("RELOADING=1\nMONOTONIC_USEC=")
      try hear("READY=1")
      try exporter.scrape(until: "the second time") { $0["synfin_attachments_total"] == 2 }
      exporter.tracer.process.signal(SIGTERM)
      try hear("STOPPING=1")
      #expect(try exporter.tracer.finished().end.stdout.isEmpty)
    }

    /// Of each thread: no other capabilities, and real time for the reader alone.
    private func expectLeast(_ pid: pid_t) throws {
      let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
      #expect(tasks.count > 1)
      for task in tasks {
        let folder = "/proc/\(pid)/task/\(task)"
        let status = try KernelTables.text("\(folder)/status")
        #expect(status.contains("CapPrm:\t000000c000000000\nCapEff:\t000000c000000000"))
        #expect(status.contains("CapAmb:\t0000000000000000\nNoNewPrivs:\t1"))
        // rt_priority and policy, by proc_pid_stat(5) the 40th and 41st, of which two end with the name.
        let stat = try KernelTables.text("\(folder)/stat").split(separator: ")").last ?? ""
        let fields = stat.split(separator: " ")
        #expect(fields[37...38] == (task == "\(pid)" ? ["1", "2"] : ["0", "0"]), "\(stat)")
      }
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

  func command(_ arguments: String...) -> [String] { command(arguments) }

  func command(_ arguments: [String]) -> [String] {
    confined([place.appending(path: "synfin").path] + arguments)
  }

  func confined(_ command: [String]) -> [String] {
    [Self.python] + (["confine.py"] + names).map { place.appending(path: $0).path } + ["--"]
      + command
  }
}
