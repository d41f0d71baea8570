// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The whole text of a small file, or of one below /proc; nil if it cannot be read.
package func contents(of path: String) -> String? {
  guard let file = try? Descriptor(reading: path) else { return nil }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(file.raw, &chunk, chunk.count)
    guard count >= 0 else { return nil }
    if count == 0 { return String(decoding: bytes, as: UTF8.self) }
    bytes += chunk.prefix(count)
  }
}

/// Makes a file of a text.
package func write(_ text: String, to path: String) throws(Trouble) {
  let file = try Descriptor(writing: path)
  let bytes = Array(text.utf8)
  guard Glibc.write(file.raw, bytes, bytes.count) == bytes.count else { throw .failed(path) }
}

/// The last line that a program of this package has written to a pipe: they write less than a pipe holds,
/// so one read has it all.
package func lastLine(_ descriptor: Int32) -> String {
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = max(0, read(descriptor, &bytes, bytes.count))
  let text = String(decoding: bytes.prefix(count), as: UTF8.self)
  return text.split(separator: "\n").last.map(String.init) ?? ""
}

/// How many lines a file of any size has.
package func lineCount(of path: String) -> Int {
  guard let file = try? Descriptor(reading: path) else { return 0 }
  var chunk = [UInt8](repeating: 0, count: 1 << 20)
  var lines = 0
  while case let count = read(file.raw, &chunk, chunk.count), count > 0 {
    chunk.withUnsafeBufferPointer { bytes in
      for index in 0..<count where bytes[index] == UInt8(ascii: "\n") { lines += 1 }
    }
  }
  return lines
}

/// The path of a program that the environment's PATH leads to.
package func executable(_ name: String) throws(Trouble) -> String {
  let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin:/usr/sbin:/sbin"
  for folder in folders.split(separator: ":") where access("\(folder)/\(name)", X_OK) == 0 {
    return "\(folder)/\(name)"
  }
  throw .failed("no \(name)")
}

/// The names in a folder, without the dot entries.
package func names(in path: String) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names
}
