// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc

/// Files of `/proc`, as the calling thread sees them: those of the network are its namespace's.
package enum SystemFile {
  /// The whole of it; such a file has no size.
  package static func read(_ path: String) throws -> String {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 { throw SystemError("reading \(path)", errno) }
    defer { close(file) }
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(file, &part, part.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw SystemError("reading \(path)", errno) }
      if count == 0 { return String(decoding: all, as: UTF8.self) }
      all += part[..<count]
    }
  }

  /// - Parameter isOptional: whether it is well where there is no such file.
  package static func write(_ text: String, _ path: String, isOptional: Bool = false) throws {
    let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
    if file < 0, errno == ENOENT, isOptional { return }
    if file < 0 { throw SystemError("writing \(path)", errno) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    if count != bytes.count { throw SystemError("writing \(path)", errno) }
  }
}
