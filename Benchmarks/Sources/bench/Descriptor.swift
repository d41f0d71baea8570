// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// An open file that closes itself, and that children do not inherit.
struct Descriptor: ~Copyable {
  let raw: Int32

  init(adopting raw: Int32, _ what: String) throws(Trouble) {
    guard raw >= 0 else {
      throw .failed("\(what): \(String(cString: strerror(errno)))")
    }
    _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
    self.raw = raw
  }

  init(reading path: String) throws(Trouble) {
    try self.init(adopting: open(path, O_RDONLY | O_CLOEXEC), path)
  }

  /// A new or emptied file.
  init(writing path: String) throws(Trouble) {
    try self.init(adopting: open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600), path)
  }

  deinit { close(raw) }
}

/// Both ends of a pipe.
struct Pipe: ~Copyable {
  let reading: Descriptor
  let writing: Descriptor

  init() throws(Trouble) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .failed("pipe") }
    let reading = try Descriptor(adopting: ends[0], "pipe")
    let writing = try Descriptor(adopting: ends[1], "pipe")
    self.reading = reading
    self.writing = writing
  }

  /// Only the end from which the caller reads; the other end is closed.
  consuming func readingEnd() -> Descriptor { reading }

  /// Only the end to which the caller writes; the other end is closed.
  consuming func writingEnd() -> Descriptor { writing }
}
