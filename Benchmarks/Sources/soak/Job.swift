// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// A running load, which is counted when it has ended: it makes what it was told to, or fails.
final class Job {
  let kind: Kind
  private var child: Child
  /// What is held is closed when this ends.
  private let input: Descriptor
  private let output: Descriptor

  var pid: Int32 { child.pid }

  /// - Parameters:
  ///   - words: options of `storm` beside those of the kind.
  ///   - netns: a descriptor of the network namespace to be in; -1 for one's own.
  init(_ kind: Kind, port: UInt16, _ words: [String], netns: Int32 = -1) throws(Trouble) {
    let input = try Pipe()
    let output = try Pipe()
    self.kind = kind
    child = try Child(
      "\(Folder.executables)/storm", ["--port", "\(port)"] + kind.words + words,
      input: input.reading, output: output.writing,
      error: Descriptor(adopting: dup(2), "stderr"), netns: netns)
    self.input = input.writingEnd()
    self.output = output.readingEnd()
  }

  /// What it says at its end; `nil` while it runs.
  func result(_ waiter: Waiter) throws(Trouble) -> Line? {
    guard try child.hasEnded(waiter) else { return nil }
    let exit = try child.end(within: 1, waiter)
    guard exit.succeeded, let line = Line(parsing: lastLine(output.raw)) else {
      throw .failed("the load \"\(kind.name)\" failed")
    }
    return line
  }

  /// Returns when it holds what it was told to.
  func awaitHolding(_ waiter: Waiter) throws(Trouble) {
    guard try waiter.readable(output.raw, within: 30), lastLine(output.raw).hasPrefix("holding")
    else { throw .failed("the load \"\(kind.name)\" could not hold its connections") }
  }

  /// Whether it has said something that nobody has read.
  func hasSpoken(_ waiter: Waiter) throws(Trouble) -> Bool {
    try waiter.readable(output.raw, within: 0)
  }

  /// Has it close what it holds, or leave what it stays with.
  func release() { kill(pid, SIGTERM) }
}
