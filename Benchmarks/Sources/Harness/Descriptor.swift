// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// An open file that closes itself, and that children do not inherit.
package struct Descriptor: ~Copyable {
  package let raw: Int32

  package init(adopting raw: Int32, _ what: String) throws(Trouble) {
    guard raw >= 0 else {
      throw .failed("\(what): \(String(cString: strerror(errno)))")
    }
    _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
    self.raw = raw
  }

  package init(reading path: String) throws(Trouble) {
    try self.init(adopting: open(path, O_RDONLY | O_CLOEXEC), path)
  }

  /// A new or emptied file.
  package init(writing path: String) throws(Trouble) {
    try self.init(adopting: open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600), path)
  }

  deinit { close(raw) }
}

/// Both ends of a pipe.
package struct Pipe: ~Copyable {
  package let reading: Descriptor
  package let writing: Descriptor

  package init() throws(Trouble) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .failed("pipe") }
    let reading = try Descriptor(adopting: ends[0], "pipe")
    let writing = try Descriptor(adopting: ends[1], "pipe")
    self.reading = reading
    self.writing = writing
  }

  /// Only the end from which the caller reads; the other end is closed.
  package consuming func readingEnd() -> Descriptor { reading }

  /// Only the end to which the caller writes; the other end is closed.
  package consuming func writingEnd() -> Descriptor { writing }
}
