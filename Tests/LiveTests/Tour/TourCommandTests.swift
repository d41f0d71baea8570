// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  @Suite struct TourCommandTests {
    @Test func theKernelAgrees() throws {
      let before = try settings()
      let end = try Child.run(Product.path, "tour")
      #expect(end.status == 0, "\(end.stdout)\(end.stderr)")
      #expect(!end.stdout.contains("CONTRADICTION") && end.stdout.contains(", 0 contradicted, "))
      for question in Question.all {
        #expect(end.stdout.contains("\(question.number). \(question.title)\n"))
        for played in question.cases { #expect(end.stdout.contains("\n\(played.title)\n")) }
      }
      let lines = end.stdout.split(separator: "\n")
      #expect(lines.filter { $0.count > 80 || $0.contains("\u{1b}") } == [])
      #expect(try settings() == before, "a setting of this host has changed")
    }

    /// Every line is an object, and those of the ends have the keys of `trace --json`.
    @Test func json() throws {
      let end = try Child.run(Product.path, "tour", "3", "--json")
      #expect(end.status == 0, "\(end.stderr)")
      let asked = try #require(Question.all.first { $0.number == 3 })
      let cases = try objects("case", in: end.stdout, as: PlayedCase.self)
      #expect(cases.map(\.case) == asked.cases.map(\.name))
      for played in cases {
        #expect(Set(played.ends.map(\.side)) == ["client", "server"])
        for end in played.ends { #expect(end.connection.openResult == "established") }
        let netns = Set(played.hosts.map(\.netns))
        #expect(played.ends.allSatisfy { netns.contains(Int($0.connection.netns)) })
        #expect(played.checks.allSatisfy { $0.answer == "yes" }, "\(played.checks)")
      }
      let counts = try objects("summary", in: end.stdout, as: Counts.self)
      let claims = cases.reduce(0) { $0 + $1.checks.count }
      #expect(counts.map(\.held) == [claims] && counts.map(\.contradicted) == [0])
      #expect(try objects("question", in: end.stdout, as: Counts.self).map(\.held) == [claims])
    }

    @Test func oneQuestion() throws {
      let end = try Child.run(Product.path, "tour", "3")
      #expect(end.status == 0)
      let titles = end.stdout.split(separator: "\n").filter { $0.dropFirst().hasPrefix(". ") }
      #expect(titles.map { $0.prefix(1) } == ["3"])
    }

    /// At whatever moment, with nothing left: no process, no namespace, no setting.
    @Test(arguments: [SIGINT, SIGTERM, SIGKILL], [0, 400, 1_500])
    func stopped(by signal: CInt, after milliseconds: UInt32) throws {
      let before = try settings()
      let tour = try Tracer("tour", "--json").process
      usleep(milliseconds * 1_000)
      let children = try children(of: tour.pid)
      tour.signal(signal)
      let end = try tour.wait()
      #expect(end.status == (signal == SIGKILL ? 128 + SIGKILL : 0), "\(end.stderr)")
      let others = end.stderr.split(separator: "\n").filter {
        !$0.hasPrefix("synfin: attached") && !$0.hasPrefix("synfin: summary")
      }
      #expect(others.isEmpty)
      #expect(try settings() == before)
      try waitUntil("the end of \(children)") {
        children.allSatisfy { !FileManager.default.fileExists(atPath: "/proc/\($0)") }
      }
      let cases = try objects("case", in: end.stdout, as: PlayedCase.self)
      let played = Set(cases.flatMap { $0.hosts.map(\.netns) })
      #expect(played.isDisjoint(with: try namespaces()))
    }

    /// Without a right that it could do without, it plays what it can.
    @Test func withoutNamespaces() throws {
      let without = "-sys_admin,-net_admin"
      let end = try Child.run(
        "setpriv", "--bounding-set=\(without)", "--inh-caps=\(without)", Product.path, "tour", "3")
      #expect(end.status == 0, "\(end.stderr)\(end.stdout)")
      #expect(end.stdout.contains("it takes CAP_SYS_ADMIN"))
      #expect(end.stdout.contains("loopback") && end.stdout.contains("[yes]"))
    }

    @Test func withoutAWire() throws {
      let hide = "mount --bind /dev/null /dev/net/tun && exec \"$@\""
      let end = try Child.run("unshare", "-m", "sh", "-c", hide, "sh", Product.path, "tour", "3")
      #expect(end.status == 0, "\(end.stderr)\(end.stdout)")
      #expect(end.stdout.contains("CONFIG_TUN"))
      #expect(end.stdout.contains("loopback") && end.stdout.contains("[yes]"))
    }

    @Test(arguments: RightsTests.Restriction.allCases)
    func notAllowed(_ restriction: RightsTests.Restriction) throws {
      let program = try Program()
      let end = try Child(restriction.command(program.path, "tour", "1")).wait()
      #expect(end.status == restriction.status && end.stdout.isEmpty)
      #expect(end.stderr.split(separator: "\n").count == 1, "\(end.stderr)")
    }

    // MARK: What could be left

    /// What TCP is set to in this network namespace.
    private func settings() throws -> [String: String] {
      let folder = "/proc/sys/net/ipv4"
      var settings: [String: String] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder)
      where name.hasPrefix("tcp_") || name.hasPrefix("ip_") {
        settings[name] = try? KernelTables.text("\(folder)/\(name)")
      }
      // It changes with the routes' cache, and by itself.
      settings["tcp_fastopen_key"] = nil
      return settings
    }

    private func children(of pid: pid_t) throws -> [Int] {
      try KernelTables.text("/proc/\(pid)/task/\(pid)/children").split(separator: " ")
        .compactMap { Int($0) }
    }

    /// Those that anything is in, or that a mount keeps.
    private func namespaces() throws -> Set<Int> {
      var found: Set<Int> = []
      for pid in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
        let link = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/\(pid)/ns/net")
        if let inode = link?.split(separator: "[").last?.dropLast() {
          found.insert(Int(inode) ?? 0)
        }
      }
      for line in try KernelTables.text("/proc/self/mountinfo").split(separator: "\n") {
        if let start = line.firstRange(of: "net:["),
          let end = line[start.upperBound...].firstIndex(of: "]")
        {
          found.insert(Int(line[start.upperBound..<end]) ?? 0)
        }
      }
      return found
    }
  }
}

/// A `"type":"case"` object, as far as it is compared.
private struct PlayedCase: Decodable {
  let `case`: String
  let hosts: [Host]
  let ends: [Side]
  let checks: [Check]

  struct Host: Decodable {
    let netns: Int
  }

  struct Side: Decodable {
    let side: String
    let connection: End
  }

  struct Check: Decodable {
    let claim: String
    let answer: String
  }
}

private struct Counts: Decodable {
  let held: Int
  let contradicted: Int
}
