// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc

/// A temporary folder for what tracers and loads write; it goes with the value.
package struct Folder: ~Copyable {
  package let path: String

  package init(_ name: String) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/\(name).XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { die(parent) }
    path = String(cString: made)
  }

  deinit {
    for name in names(in: path) { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// Where this executable lies, and the others of the package beside it.
  package static let executables: String = {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &bytes, bytes.count)
    guard count > 0 else { die("/proc/self/exe") }
    let path = String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
  }()
}
