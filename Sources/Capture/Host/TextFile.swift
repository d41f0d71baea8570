// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Small files of /proc and /sys.
enum TextFile {
  /// The content, at most `limit` bytes of it, or the errno that says why not.
  static func read(_ path: String, limit: Int = 65_536) -> Result<String, SystemError> {
    bytes(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The same as it is: a process' name need not be UTF-8.
  static func bytes(_ path: String, limit: Int) -> Result<[UInt8], SystemError> {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return .failure(.last("reading \(path)")) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var used = 0
    while used < limit {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + used }, limit - used)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return .failure(.last("reading \(path)"))
      }
      if count == 0 { break }
      used += count
    }
    return .success(Array(bytes[..<used]))
  }

  /// What a symbolic link says.
  static func link(_ path: String) -> String? {
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { text in
        unsafe text.baseAddress.map { unsafe readlink(path, $0, text.count) } ?? 0
      }
    }
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }

  /// What is in a folder, but for what is hidden; nothing where it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  /// The first line, without its end.
  static func firstLine(_ path: String) -> String? {
    guard case .success(let text) = read(path) else { return nil }
    return text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init)
  }
}
