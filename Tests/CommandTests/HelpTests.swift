// SPDX-License-Identifier: Apache-2.0
import Testing

/// Help and version: on stdout, with exit status 0, and readable on the smallest terminal.
@Suite(.serialized)
struct HelpTests {
  @Test(arguments: [
    ["--help"], ["-h"], ["help"], ["trace", "--help"], ["trace", "-h"], ["help", "trace"],
    ["top", "--help"], ["doctor", "--help"], ["tour", "--help"], [],
  ])
  func isOnStandardOutput(_ arguments: [String]) throws {
    let run = try Synfin(arguments)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("USAGE: synfin"))
    #expect(run.output.hasSuffix("\n"))
  }

  @Test(arguments: [
    ["--help"], ["top", "--help"], ["trace", "--help"], ["timeline", "--help"],
    ["timewait", "--help"],
    ["record", "--help"], ["metrics", "--help"],
    ["doctor", "--help"], ["tour", "--help"], [],
  ])
  func isAtMostEightyColumnsWide(_ arguments: [String]) throws {
    let lines = try Synfin(arguments).output.split(separator: "\n")
    #expect(lines.filter { $0.count > 80 } == [])
  }

  @Test(arguments: ["top", "trace", "timeline", "timewait", "metrics", "record", "doctor", "tour"])
  func namesEachCommand(_ command: String) throws {
    let lines = try Synfin(["--help"]).output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("  \(command) ") })
  }

  @Test(arguments: [
    "--pid <", "--comm <", "--port <", "--remote-port <", "--remote <", "--netns <", "--family <",
    "--duration <", "--json", "-v, --verbose", "--transitions",
  ])
  func traceExplainsEachOption(_ option: String) throws {
    let lines = try Synfin(["trace", "--help"]).output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("  \(option)") })
  }

  @Test(arguments: [["--version"], ["trace", "--version"]])
  func versionIsANumber(_ arguments: [String]) throws {
    let run = try Synfin(arguments)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+(-[0-9a-z.]+)?\n/) != nil)
  }
}
