// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Another's program, run to its end in the project's folder.
struct Tool {
  let status: Int32
  let output: String
  let errors: String

  init(_ command: String...) throws { try self.init(command) }

  private init(_ command: [String]) throws {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = Project.folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Errors are few, and fit into a pipe.
    self.output = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }

  /// What a program that is to succeed says.
  static func text(_ command: String...) throws -> String {
    let tool = try Tool(command)
    try #require(tool.status == 0, "\(command): \(tool.output)\(tool.errors)")
    return tool.output
  }

  /// Whether it is there. Where everything is to be tested, it must be.
  static func has(_ program: String) -> Bool {
    Project.requiresAll || (try? Tool("which", program))?.status == 0
  }
}

/// A folder that goes with its last use.
final class Folder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
