// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
package import Synchronization

/// A process of its own with one socket, which does what it is told: this program once more, as
/// ``ApplicationScript``. It belongs to the host on which it was started, and ends with this.
package final class Application {
  package let pid: Int32
  private let orders: CInt
  private let answers: CInt
  private var hasEnded = false

  /// What is started; tests are another program.
  package static let program = Mutex("/proc/self/exe")

  /// - Parameter name: what the kernel calls it, of at most 15 bytes.
  package init(_ name: String, on host: Host) throws {
    let (theirs, ours) = (try Pipe(), try Pipe())
    pid = try host.run {
      try Self.spawn([ApplicationScript.command, name], reading: theirs.out, writing: ours.in)
    }
    (orders, answers) = (theirs.in, ours.out)
    close(theirs.out)
    close(ours.in)
  }

  deinit { end() }

  /// Has it do something, and waits until that is done.
  @discardableResult
  package func order(_ words: String) throws -> Int {
    let line = Array("\(words)\n".utf8)
    let sent = unsafe line.withUnsafeBytes { unsafe write(orders, $0.baseAddress, $0.count) }
    guard sent == line.count else { throw Unplayable("a process of ours has gone") }
    var answer: [UInt8] = []
    try waitUntil("an answer of the process to \"\(words)\"") {
      var waiting = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&waiting, 1, 0) > 0 else { return false }
      var byte: UInt8 = 0
      while unsafe read(answers, &byte, 1) == 1 {
        if byte == UInt8(ascii: "\n") { return true }
        answer.append(byte)
      }
      throw Unplayable("a process of ours has gone")
    }
    let text = String(decoding: answer, as: UTF8.self)
    guard let number = Int(text) else { throw Unplayable("a process of ours: \(text)") }
    return number
  }

  /// Ends it and waits for that: it may be in the middle of a call.
  package func end() {
    if hasEnded { return }
    hasEnded = true
    close(orders)
    close(answers)
    kill(pid, SIGKILL)
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
  }

  private struct Pipe {
    let out: CInt
    let `in`: CInt

    init() throws {
      var ends: [CInt] = [0, 0]
      if unsafe pipe(&ends) != 0 { throw SystemError("making a pipe", errno) }
      (out, `in`) = (ends[0], ends[1])
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
  }

  private static func spawn(
    _ arguments: [String], reading input: CInt, writing output: CInt
  ) throws -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    var pid: pid_t = 0
    let path = program.withLock { $0 }
    let words = unsafe ([path] + arguments).map { unsafe strdup($0) }
    defer { unsafe words.forEach { unsafe free($0) } }
    let error = unsafe posix_spawn(&pid, path, &actions, nil, words + [nil], environ)
    if error != 0 { throw SystemError("starting a process", error) }
    return pid
  }
}
