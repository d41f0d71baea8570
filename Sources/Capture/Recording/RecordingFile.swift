// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// A file that grows by whole blocks: what a full disk cuts short is taken back.
struct RecordingFile: ~Copyable {
  let path: String
  private let descriptor: CInt
  private let isOwned: Bool
  private(set) var count: UInt64 = 0
  private var isRegular = false

  /// Standard output.
  static let standardOutput = "-"

  /// - Parameter path: `-` for standard output.
  init(_ path: String) throws(SystemError) {
    self.path = path
    isOwned = path != Self.standardOutput
    let mode = mode_t(S_IRUSR | S_IWUSR | S_IRGRP)
    descriptor =
      isOwned ? unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode) : STDOUT_FILENO
    guard descriptor >= 0 else { throw SystemError.last("opening \(path)") }
    var status = stat()
    isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  deinit { if isOwned { close(descriptor) } }

  mutating func append(_ bytes: [UInt8]) throws(SystemError) {
    let result = unsafe bytes.withUnsafeBytes { bytes in
      Result { () throws(SystemError) in unsafe try append(bytes) }
    }
    try result.get()
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let written = unsafe write(
        descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      if written > 0 {
        done += written
      } else if written < 0, errno != EINTR {
        let error = SystemError.last("writing \(isOwned ? path : "standard output")")
        if isRegular, done > 0 { takeBack(done) }
        throw error
      }
    }
    count += UInt64(done)
  }

  private func takeBack(_ done: Int) {
    let end = lseek(descriptor, 0, SEEK_CUR)
    guard end >= done else { return }
    _ = ftruncate(descriptor, end - off_t(done))
    _ = lseek(descriptor, end - off_t(done), SEEK_SET)
  }
}
