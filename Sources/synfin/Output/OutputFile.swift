// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc

/// A file that is there whole or not at all: written beside its place, and renamed when it is done.
struct OutputFile: ~Copyable {
  let descriptor: CInt
  private let path: String
  /// What it is called until it is done; `nil` where it is written in its place, as a device or a pipe is.
  private var draft: String?

  init(_ path: String) throws(SystemError) {
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      self.path = path
      descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
      draft = nil
      if descriptor < 0 { throw SystemError("opening \(path)", errno) }
      return
    }
    // The file that a link stands for, and not the link, is what is to be replaced.
    self.path = Self.target(of: path)
    let draft = "\(self.path).\(getpid())"
    self.draft = draft
    descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw SystemError("writing \(path)", errno) }
  }

  private static func target(of path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Puts it in its place.
  mutating func commit() throws(SystemError) {
    guard let draft else { return }
    // What a full disk has to say may come as late as here.
    guard fsync(descriptor) == 0 || errno == EINVAL, unsafe rename(draft, path) == 0 else {
      throw SystemError("writing \(path)", errno)
    }
    self.draft = nil
  }

  deinit {
    close(descriptor)
    if let draft { unsafe unlink(draft) }
  }
}
