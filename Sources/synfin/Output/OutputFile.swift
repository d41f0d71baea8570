// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Report

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
      descriptor = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC)
      draft = nil
      if descriptor < 0 { throw SystemError("opening \(path)", errno) }
      return
    }
    // The file that a link stands for, and not the link, is what is to be replaced.
    self.path = Self.target(of: path)
    let draft = "\(self.path).\(getpid())"
    self.draft = draft
    descriptor = Self.open(draft: draft)
    if descriptor < 0 { throw SystemError("writing \(path)", errno) }
  }

  /// What a process of the same number left when it was killed, as the first of a container always has,
  /// is in nobody's way.
  private static func open(draft: String) -> CInt {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    let descriptor = unsafe Glibc.open(draft, flags, 0o666)
    guard descriptor < 0, errno == EEXIST, unsafe unlink(draft) == 0 else { return descriptor }
    return unsafe Glibc.open(draft, flags, 0o666)
  }

  /// All of a text, which is emptied.
  func write(_ text: inout Text) throws(SystemError) {
    do throws(Output.Failure) {
      try Output(descriptor: descriptor, name: path).write(&text)
    } catch {
      if case .failed(let number) = error { throw SystemError("writing \(path)", number) }
      throw SystemError("writing \(path)", EPIPE)
    }
  }

  /// Whether it is put in the place of what was there, and not written into it.
  var isReplaced: Bool { draft != nil }

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
