// SPDX-License-Identifier: Apache-2.0
import Foundation

/// One run of the command, to its end.
struct Synfin {
  let status: Int32
  /// Whether it was ended by a signal, and not by itself.
  let wasKilled: Bool
  let output: String
  let errors: String

  /// The lines of standard error.
  var errorLines: [Substring] { errors.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The executable that was built together with this test, unless the environment names another.
  private static var binary: URL {
    if let path = ProcessInfo.processInfo.environment["SYNFIN_BINARY"] {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("synfin")
  }

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = Self.binary
    process.arguments = arguments
    // The width of help must not depend on who runs the tests.
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"].merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Whatever goes wrong, a run that does not end must not hold up the others.
    let watchdog = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 30, execute: watchdog)
    // What is written in these tests fits into a pipe, so neither end can wait for the other.
    let (text, complaints) = (
      output.fileHandleForReading.readDataToEndOfFile(),
      errors.fileHandleForReading.readDataToEndOfFile()
    )
    process.waitUntilExit()
    watchdog.cancel()
    status = process.terminationStatus
    wasKilled = process.terminationReason == .uncaughtSignal
    self.output = String(decoding: text, as: UTF8.self)
    self.errors = String(decoding: complaints, as: UTF8.self)
  }
}
