// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Glibc

@testable import synfin

/// What is made once, for all inputs.
enum Stage {
  static let file = File()
  /// Opened anew each time, so that reading begins at its beginning.
  static let path = "/proc/self/fd/\(file.descriptor)"

  /// Each with a view of its own.
  nonisolated(unsafe) static let commands: [() throws -> Void] = {
    let traces = [["--json", "--transitions"], [], ["--transitions"], ["--json", "--pid", "7"]]
    let counts = [["--json", "--interval", "0.5"], ["--port", "80"]]
    let pictures = TimelineOptions.Format.allCases.map { ["--format", $0.rawValue] }
    return traces.map { arguments in command(Trace.self, arguments) }
      + counts.map { arguments in command(TimeWait.self, arguments) }
      + pictures.map { arguments in command(TimelineCommand.self, arguments) }
      + [["--json"], ["--interval", "0.5"]].map { arguments in command(Top.self, arguments) }
      + [["--openmetrics"], ["--max-ports", "2"]].map { arguments in
        command(MetricsCommand.self, arguments)
      }
  }()

  /// Whether an input is for every view, and not for the one that its last byte says: which that is changes
  /// with the views there are, and a finding is to be found again.
  static let hasAllViews = unsafe getenv("SYNFIN_FUZZ_ALL_VIEWS") != nil

  private static func command<Command: ParsableCommand>(
    _: Command.Type, _ arguments: [String]
  ) -> () throws -> Void {
    guard let command = try? Command.parse(arguments + ["--replay", path]) else {
      fatalError("synfin has other options by now")
    }
    return {
      var command = command
      try command.run()
    }
  }

  /// What the views show goes nowhere, past the fuzzer's own output.
  static func silence() {
    let nowhere = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
    dup2(nowhere, STDOUT_FILENO)
    close(nowhere)
  }

  /// A replay holds them until it looks for them; between two inputs, nobody does.
  static func letSignalsIn() {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigprocmask(SIG_SETMASK, &none, nil)
  }
}

/// A file without a name, in memory where that is possible.
struct File {
  let descriptor: CInt

  init() {
    for folder in ["/dev/shm", "/tmp"] {
      var name = Array("\(folder)/synfin-fuzz-XXXXXX".utf8CString)
      let made = unsafe mkstemp(&name)
      if made < 0 { continue }
      unsafe unlink(name)
      descriptor = made
      return
    }
    fatalError("no file to replay")
  }

  func fill(_ bytes: [UInt8]) {
    ftruncate(descriptor, 0)
    let count = unsafe bytes.withUnsafeBytes {
      unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0)
    }
    guard count == bytes.count else { fatalError("no room for a file") }
  }
}
