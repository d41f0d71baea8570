// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// A process that this one started. It cannot outlive this value, nor this process.
package struct Child: ~Copyable {
  /// How it ended, and the CPU seconds that it took from start to end.
  package struct Exit {
    package let succeeded: Bool
    package let user, system: Double
    /// Bytes resident at the peak.
    package let peak: Double
  }

  package let pid: Int32
  private let ended: Descriptor
  private var reaped = false

  /// - Parameter netns: a descriptor of the network namespace to start in; -1 for one's own.
  package init(
    _ path: String, _ arguments: [String],
    input: borrowing Descriptor, output: borrowing Descriptor, error: borrowing Descriptor,
    wantsTracefs: Bool = false, netns: Int32 = -1
  ) throws(Trouble) {
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var setup = clinux_child(
      in: input.raw, out: output.raw, err: error.raw, netns: netns,
      wants_tracefs: wantsTracefs ? 1 : 0)
    let pid = clinux_spawn(path, words, &setup)
    guard pid > 0 else { throw .failed("fork") }
    do {
      ended = try Descriptor(adopting: clinux_pidfd(pid), "pidfd")
    } catch {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
      throw error
    }
    self.pid = pid
  }

  /// Sends a signal, if one is given, and returns when the process has ended.
  package mutating func end(
    signal: Int32? = nil, within seconds: Double, _ waiter: Waiter
  ) throws(Trouble) -> Exit {
    if let signal { kill(pid, signal) }
    guard try waiter.readable(ended.raw, within: seconds) else {
      throw .failed("did not end within \(seconds.fixed(0)) s")
    }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(pid, &status, 0, &usage) == pid else { throw .failed("wait4") }
    reaped = true
    return Exit(
      succeeded: status == 0, user: usage.ru_utime.seconds, system: usage.ru_stime.seconds,
      peak: Double(usage.ru_maxrss) * 1024)
  }

  /// Whether it has ended by itself.
  package func hasEnded(_ waiter: Waiter) throws(Trouble) -> Bool {
    try waiter.readable(ended.raw, within: 0)
  }

  /// Asks it to end, and gives it time for that, whatever signal has come to this process.
  package func terminate(within seconds: Double) {
    if reaped { return }
    kill(pid, SIGTERM)
    var watched = pollfd(fd: ended.raw, events: Int16(POLLIN), revents: 0)
    poll(&watched, 1, Int32(seconds * 1000))
  }

  deinit {
    if !reaped {
      // Its session is its own, so its group is what it started itself.
      kill(-pid, SIGKILL)
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
  }
}
