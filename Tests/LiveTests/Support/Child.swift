// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A process that a test has started, and that does not outlive it.
///
/// Its output goes to files, which never make it wait, and which can be read while it runs.
final class Child {
  let pid: pid_t
  private let folder: URL
  private var status: CInt?

  struct End {
    /// As a shell has it: 128 and the signal's number where a signal ended it.
    let status: CInt
    let stdout: String
    let stderr: String
  }

  struct NotStarted: Error {
    let command: [String]
    let errno: CInt
  }

  /// - Parameter stdout: where its output is to go instead of the file.
  init(_ command: [String], environment: [String: String] = [:], stdout: CInt? = nil) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "synfin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    var all = ProcessInfo.processInfo.environment
    all.merge(environment) { $1 }
    let actions = FileActions()
    actions.open(0, "/dev/null", O_RDONLY)
    if let stdout {
      actions.duplicate(stdout, as: 1)
    } else {
      actions.open(1, folder.appending(path: "1").path, O_WRONLY | O_CREAT | O_APPEND)
    }
    actions.open(2, folder.appending(path: "2").path, O_WRONLY | O_CREAT | O_APPEND)
    let attributes = Attributes()
    var pid: pid_t = 0
    let error = unsafe withCStrings(command) { arguments in
      unsafe withCStrings(all.map { "\($0)=\($1)" }) { variables in
        unsafe posix_spawnp(&pid, command[0], actions.raw, attributes.raw, arguments, variables)
      }
    }
    self.pid = pid
    if error != 0 {
      status = 127
      throw NotStarted(command: command, errno: error)
    }
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      _ = waitpid(pid, nil, 0)
    }
    try? FileManager.default.removeItem(at: folder)
  }

  /// What it has written so far.
  var stdout: String { text(1) }
  var stderr: String { text(2) }

  private func text(_ descriptor: Int) -> String {
    let data = try? Data(contentsOf: folder.appending(path: "\(descriptor)"))
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  func signal(_ number: CInt) { kill(pid, number) }

  private var hasEnded: Bool {
    var raw: CInt = 0
    if status == nil, unsafe waitpid(pid, &raw, WNOHANG) == pid {
      // WIFEXITED and its like are macros, which Swift does not see.
      status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
    }
    return status != nil
  }

  /// Waits for its end.
  func wait() throws -> End {
    try waitUntil("the end of process \(pid), which said \(stderr)") { hasEnded }
    return End(status: status ?? -1, stdout: stdout, stderr: stderr)
  }

  /// Waits for some text on its stderr.
  func waitForLine(beginning prefix: String) throws {
    try waitForLine("'\(prefix)'") { $0.hasPrefix(prefix) }
  }

  func waitForLine(ending suffix: String) throws {
    try waitForLine("'\(suffix)'") { $0.hasSuffix(suffix) }
  }

  private func waitForLine(_ what: String, _ isIt: (Substring) -> Bool) throws {
    try waitUntil("\(what) on stderr: \(stderr)") {
      if stderr.split(separator: "\n").contains(where: isIt) { return true }
      if hasEnded { throw NotInTime(description: "ended with \(status ?? -1): \(stderr)") }
      return false
    }
  }

  static func run(_ command: String..., environment: [String: String] = [:]) throws -> End {
    try Child(command, environment: environment).wait()
  }
}

/// What a child is to find open, with C's ends taken care of.
@safe
private final class FileActions {
  let raw = UnsafeMutablePointer<posix_spawn_file_actions_t>.allocate(capacity: 1)

  init() { unsafe posix_spawn_file_actions_init(raw) }

  deinit {
    unsafe posix_spawn_file_actions_destroy(raw)
    unsafe raw.deallocate()
  }

  func open(_ descriptor: CInt, _ path: String, _ flags: CInt) {
    unsafe posix_spawn_file_actions_addopen(raw, descriptor, path, flags, 0o600)
  }

  func duplicate(_ descriptor: CInt, as other: CInt) {
    unsafe posix_spawn_file_actions_adddup2(raw, descriptor, other)
  }
}

/// No signal is blocked: a thread of the pool, from which a test may come, blocks nearly all of them.
@safe
private final class Attributes {
  let raw = UnsafeMutablePointer<posix_spawnattr_t>.allocate(capacity: 1)

  init() {
    unsafe posix_spawnattr_init(raw)
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(raw, &none)
    unsafe posix_spawnattr_setflags(raw, Int16(POSIX_SPAWN_SETSIGMASK))
  }

  deinit {
    unsafe posix_spawnattr_destroy(raw)
    unsafe raw.deallocate()
  }
}

/// Strings as C has them: an array that ends with a null.
private func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = unsafe strings.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  return unsafe body(copies + [nil])
}
