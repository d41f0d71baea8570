// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Capture

/// A folder for the files of one test, which goes with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    var name = Array("/tmp/synfin-test-XXXXXX".utf8CString)
    let made = unsafe name.withUnsafeMutableBufferPointer { name in
      unsafe name.baseAddress.flatMap { unsafe mkdtemp($0) } != nil
    }
    try #require(made)
    path = String(decoding: name.dropLast().map(UInt8.init), as: UTF8.self)
  }

  deinit {
    for name in TextFile.names(in: path) { unsafe _ = unlink("\(path)/\(name)") }
    unsafe _ = rmdir(path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a file of these bytes, in place of what was there.
  @discardableResult
  func write(_ bytes: [UInt8], as name: String = "file") throws -> String {
    try put(bytes, name, O_TRUNC)
  }

  func append(_ bytes: [UInt8], to name: String = "file") throws {
    _ = try put(bytes, name, O_APPEND)
  }

  private func put(_ bytes: [UInt8], _ name: String, _ how: CInt) throws -> String {
    let path = file(name)
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
    }
    try #require(count == bytes.count)
    return path
  }

  func read(_ name: String) throws -> [UInt8] {
    let descriptor = unsafe open(file(name), O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe part.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      try #require(count >= 0)
      if count == 0 { return bytes }
      bytes += part[..<count]
    }
  }
}
