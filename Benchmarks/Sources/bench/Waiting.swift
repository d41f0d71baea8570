// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc
internal import Harness

/// A network namespace full of TIME_WAIT sockets. It ends with this value; the sockets end one by
/// one a minute after they were made.
struct Waiting: ~Copyable {
  /// Which end has closed first, and so has the TIME_WAIT.
  enum First: String, CaseIterable {
    /// All of them at a port or two, those of the listeners.
    case server
    /// Each at a port that the kernel chose, spread over its whole range.
    case client
  }

  static let sockets = 100_000

  private let child: Child
  private let input: Descriptor
  let namespace: Descriptor
  /// The namespace's number, by which `synfin` knows it.
  let inode: UInt

  fileprivate init(
    child: consuming Child, input: consuming Descriptor
  ) throws(Trouble) {
    let path = "/proc/\(child.pid)/ns/net"
    var status = stat()
    guard stat(path, &status) == 0 else { throw .failed(path) }
    namespace = try Descriptor(reading: path)
    inode = UInt(status.st_ino)
    self.child = child
    self.input = input
  }

  /// The kernel's own count, orphans in FIN_WAIT2 included; nil once the namespace has gone.
  var count: Int? { Process(pid: child.pid).timeWaits }

  /// Fails where a count would not be of what it says: some have ended.
  func mustBeComplete() throws(Trouble) {
    guard count == Self.sockets else {
      throw .failed("\(count.map(String.init) ?? "none") of \(Self.sockets) still wait")
    }
  }
}

extension Lab {
  /// Makes them, as fast as it goes, and waits until the last has come to rest.
  func makeWaiting(_ first: Waiting.First) throws(Trouble) -> Waiting {
    let input = try Pipe()
    let output = try Pipe()
    var arguments = ["--netns", "--stay", "--connections", "\(Waiting.sockets)"]
    arguments += ["--timeout", "120", "--lanes", clinux_cpu(1) >= 0 ? "2" : "1"]
    if first == .server { arguments.append("--server-first") }
    let child = try Child(
      Folder.executables + "/storm", arguments,
      input: input.reading, output: output.writing,
      error: Descriptor(adopting: dup(2), "stderr"))
    let reading = output.readingEnd()
    guard try waiter.readable(reading.raw, within: 40), Line(parsing: lastLine(reading.raw)) != nil
    else { throw .failed("the load could not make \(Waiting.sockets) TIME_WAIT sockets") }
    try waiter.pause(0.3)
    let waiting = try Waiting(child: child, input: input.writingEnd())
    try waiting.mustBeComplete()
    return waiting
  }
}
