// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// What every measurement needs.
struct Lab: ~Copyable {
  let options: Options
  let waiter = Waiter()
  let folder = Folder("synfin-bench")

  init(_ options: Options) { self.options = options }
}

/// A tracer that has said that it is attached.
struct Running: ~Copyable {
  let tracer: Tracer
  /// From the start of the process to the line that says so.
  let attachSeconds: Double
  fileprivate var child: Child
  fileprivate let output, error: String

  var process: Process { Process(pid: child.pid) }
}

/// What a tracer leaves behind.
struct Finished {
  /// CPU seconds, the start included.
  let user, system: Double
  let seen: Seen
  /// Lines on stdout.
  let lines: Int
}

extension Lab {
  /// Starts a tracer with its output going to a file, and returns when it is attached.
  func start(_ tracer: Tracer) throws(Trouble) -> Running {
    let (output, error) = ("\(folder.path)/out", "\(folder.path)/err")
    let began = now()
    let child = try Child(
      tracer.path, tracer.arguments,
      input: Descriptor(reading: "/dev/null"), output: Descriptor(writing: output),
      error: Descriptor(writing: error), wantsTracefs: tracer.kind == .tcpstates)
    if let line = tracer.attachedLine {
      while !says(line, in: error) {
        guard now() - began < 10, Process(pid: child.pid).isAlive else {
          throw .failed("never attached: \(contents(of: error)?.suffix(300) ?? "")")
        }
        // Half a millisecond is the resolution of the start-up time.
        try waiter.pause(0.0005)
      }
    } else {
      try waiter.pause(0.7)
      guard Process(pid: child.pid).isAlive else {
        throw .failed(contents(of: error).map { String($0.suffix(300)) } ?? "ended at once")
      }
    }
    return Running(
      tracer: tracer, attachSeconds: now() - began, child: child, output: output, error: error)
  }

  private func says(_ beginning: String, in path: String) -> Bool {
    contents(of: path)?.split(separator: "\n").contains { $0.hasPrefix(beginning) } ?? false
  }

  /// Stops a tracer as a user would, and reads what it says at the end.
  ///
  /// - Parameters:
  ///   - signal: `nil` for one that ends by itself.
  ///   - look: is given the path of its output, before that is removed.
  func finish(
    _ running: consuming Running, signal: Int32? = SIGINT, look: (String) -> Void = { _ in }
  ) throws(Trouble) -> Finished {
    var running = running
    let exit = try running.child.end(signal: signal, within: 20, waiter)
    defer {
      unlink(running.output)
      unlink(running.error)
      unlink("\(folder.path)/recording")
    }
    guard exit.succeeded else {
      throw .failed("bad exit status: \(contents(of: running.error)?.suffix(300) ?? "")")
    }
    look(running.output)
    return Finished(
      user: exit.user, system: exit.system,
      seen: try running.tracer.seen(output: running.output, error: running.error),
      lines: lineCount(of: running.output))
  }

  /// Runs one measurement. What fails is told and left out; a signal still ends everything.
  func attempt<Result>(
    _ what: String, _ body: (borrowing Lab) throws(Trouble) -> Result
  ) throws(Trouble) -> Result? {
    do {
      return try body(self)
    } catch .failed(let why) {
      note("bench: \(what): \(why)")
      return nil
    }
  }
}
