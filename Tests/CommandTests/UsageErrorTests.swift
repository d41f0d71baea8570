// SPDX-License-Identifier: Apache-2.0
import Testing

/// Whatever is wrong with the command line: exit status 64, and one sentence on stderr. None of it
/// comes as far as the kernel, so none of it needs root.
@Suite(.serialized)
struct UsageErrorTests {
  @Test(arguments: [
    ["--port", "65536"], ["--port", "http"], ["--port", "-1"], ["--port", "1.5"], ["--port", ""],
    ["--port"], ["--remote-port", "65536"], ["--remote-port", "x"], ["--remote-port"],
  ])
  func ports(_ arguments: [String]) throws { try expectUsageError(arguments) }

  @Test(arguments: [
    "", "localhost", "10.0.0", "10.0.0.256", "10.0.0.1:80", "[::1]", "fe80::1%lo", "1::2::3",
  ])
  func addresses(_ text: String) throws { try expectUsageError(["--remote", text]) }

  @Test(arguments: [
    "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-0", "10.0.0.0/+8", "10.0.0.0/8/8", "::/129", "/8",
    "10.0.0.0/255.0.0.0",
  ])
  func blocks(_ text: String) throws { try expectUsageError(["--remote", text]) }

  @Test(arguments: ["5", "ipv4", "", "46", "4 "])
  func families(_ text: String) throws { try expectUsageError(["--family", text]) }

  @Test(arguments: ["x", "-1", "", "1s", "nan", "inf", "-inf", "1e9", "1e400"])
  func durations(_ text: String) throws { try expectUsageError(["--duration", text]) }

  @Test(arguments: ["x", "-1", "", "1.5", "4294967296"])
  func pids(_ text: String) throws { try expectUsageError(["--pid", text]) }

  @Test(arguments: ["0", "-1", "", "web", "4294967296", "/nonexistent/netns"])
  func namespaces(_ text: String) throws { try expectUsageError(["--netns", text]) }

  @Test(arguments: ["0", "1", "2", "3", "5000", "-8", "2097152", "9223372036854775807", "x", ""])
  func ringSizes(_ text: String) throws { try expectUsageError(["--ring-kib", text]) }

  @Test(arguments: [
    ["--nope"], ["-x"], ["-vx"], ["--json=1"], ["--transitions=yes"], ["--por", "1"], ["--comm"],
    ["extra"], ["help"], ["--json", "extra"], ["--port", "1", "2"],
  ])
  func traceArguments(_ arguments: [String]) throws { try expectUsageError(arguments) }

  @Test(arguments: [
    ["--format", "svg"], ["--format"], ["--sort", "size"], ["--rows", "0"], ["--rows", "-1"],
    ["--limit", "0"], ["--limit", "many"], ["--limit", "99999999999"], ["-o"], ["-o", ""],
    ["--json", "--format", "perfetto"], ["--json", "--from", "1"], ["--json", "--rows", "5"],
  ])
  func timelineArguments(_ arguments: [String]) throws {
    try expectUsageError(command: ["timeline", "--duration", "0"] + arguments)
  }

  @Test(arguments: [
    "", "x", "-1", "1e3", "1.", ".5", "1:2", "24:00:00", "12:60:00", "12:00:60", "12:00", "1:2:3:4",
    "12:00:00:", "123:00:00", "12:00:00.5.5", "99999999999",
  ])
  func moments(_ text: String) throws {
    for option in ["--from", "--to"] {
      try expectUsageError(command: ["timeline", "--duration", "0", "\(option)=\(text)"])
    }
  }

  @Test(arguments: [
    ["nope"], ["--nope"], ["-x"], [""], ["Trace"], ["doctor", "extra"], ["doctor", "--nope"],
    ["doctor", "--port", "1"], ["tour", "extra"], ["tour", "--nope"], ["tour", "7"],
    ["tour", "--html"], ["tour", "--html", ""], ["tour", "--html", "-"], ["--port", "1"],
  ])
  func commands(_ arguments: [String]) throws { try expectUsageError(command: arguments) }

  /// What was typed comes back in the sentence, but cannot make two of it, nor reach the terminal.
  @Test(arguments: ["two\nlines", "\u{1b}[31mred", "carriage\rreturn"])
  func controlCharacters(_ text: String) throws {
    try expectUsageError(["--port", text])
    let run = try Synfin(["trace", "--port", text])
    let controls = run.errors.unicodeScalars.filter { $0 != "\n" && $0.value < 32 }
    #expect(controls.isEmpty)
  }

  private func expectUsageError(
    _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    // Should the arguments be taken after all, the trace is over at once.
    let command = ["trace", "--duration", "0"] + arguments
    try expectUsageError(command: command, sourceLocation: sourceLocation)
  }

  private func expectUsageError(
    command: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try Synfin(command)
    #expect(run.status == 64, sourceLocation: sourceLocation)
    #expect(!run.wasKilled, sourceLocation: sourceLocation)
    #expect(run.output == "", sourceLocation: sourceLocation)
    #expect(run.errors.hasPrefix("synfin: "), sourceLocation: sourceLocation)
    // One line, with its end.
    #expect(run.errorLines.count == 2, sourceLocation: sourceLocation)
    #expect(run.errorLines.last == "", sourceLocation: sourceLocation)
    #expect(run.errors.utf8.count > "synfin: \n".utf8.count, sourceLocation: sourceLocation)
  }
}
