// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// When a recording goes on in another file, and what becomes of those before: `FILE` is the one that is
/// being written, and `FILE.1`, `FILE.2` … are whole.
public struct Rotation: Sendable {
  /// Bytes, and nanoseconds.
  public var size: UInt64?
  public var time: UInt64?
  /// How many whole ones are kept of those that this run has made; `nil` for all.
  public var keep: Int?

  public init(size: UInt64? = nil, time: UInt64? = nil, keep: Int? = nil) {
    self.size = size
    self.time = time
    self.keep = keep
  }

  func isDue(size: UInt64, age: UInt64) -> Bool {
    self.size.map { size >= $0 } ?? false || time.map { age >= $0 } ?? false
  }

  /// Gives a file that is whole a number of its own, after the highest there is.
  ///
  /// - Returns: its new path.
  static func putAside(_ path: String) throws(SystemError) -> String {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    var highest = 0
    for other in TextFile.names(in: folder) where other.hasPrefix("\(name).") {
      // Longer ones are somebody else's: a date, perhaps.
      let digits = other.dropFirst(name.count + 1)
      if digits.utf8.count < 10, let number = Int(digits) { highest = max(highest, number) }
    }
    var aside = "\(path).\(highest + 1)"
    // Of hidden files, the folder's list has none.
    while unsafe access(aside, F_OK) == 0 {
      highest += 1
      aside = "\(path).\(highest + 1)"
    }
    guard unsafe rename(path, aside) == 0 else { throw SystemError.last("renaming \(path)") }
    return aside
  }

  static func remove(_ path: String) { unsafe _ = unlink(path) }

  /// Whether there is a file that would be written over.
  static func isThere(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && status.st_size > 0
  }
}
