// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The kernel's own list of TCP sockets (`/proc/net/tcp`), as a witness that no record of ours has
/// anything to do with.
package enum SocketTable {
  /// Whether this network namespace has an IPv4 socket in TIME_WAIT between these two ports.
  package static func hasTimeWait(local: UInt16, remote: UInt16) -> Bool {
    guard let file = unsafe fopen("/proc/net/tcp", "re") else { return false }
    defer { unsafe _ = fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while unsafe fgets(&line, CInt(line.count), file) != nil {
      // "  sl  local_address rem_address   st ...", all in hexadecimal; 06 is TIME_WAIT.
      let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
      guard fields.count > 3, fields[3] == "06" else { continue }
      if port(fields[1]) == local, port(fields[2]) == remote { return true }
    }
    return false
  }

  private static func port(_ field: Substring) -> UInt16? {
    UInt16(field.suffix(4), radix: 16)
  }
}
