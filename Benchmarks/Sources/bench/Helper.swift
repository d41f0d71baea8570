// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

extension Lab {
  /// Runs one of the package's other programs to its end.
  ///
  /// - Returns: the figures on the last line that it prints.
  func figures(
    _ program: String, _ arguments: [String], within seconds: Double
  ) throws(Trouble) -> Line {
    let pipe = try Pipe()
    var child = try Child(
      "\(Folder.executables)/\(program)", arguments,
      input: Descriptor(reading: "/dev/null"), output: pipe.writing,
      error: Descriptor(adopting: dup(2), "stderr"))
    let output = pipe.readingEnd()
    let exit = try child.end(within: seconds, waiter)
    guard exit.succeeded, let line = Line(parsing: lastLine(output.raw)) else {
      throw .failed("\(program) failed")
    }
    return line
  }
}
