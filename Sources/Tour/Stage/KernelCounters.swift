// SPDX-License-Identifier: Apache-2.0
internal import Capture

/// Numbers that the kernel keeps beside its list of sockets.
package enum KernelCounters {
  /// `tw` of /proc/net/sockstat: all mini sockets of the calling thread's namespace.
  package static func minis() throws -> Int? {
    let text = try SystemFile.read("/proc/thread-self/net/sockstat")
    for line in text.split(separator: "\n") where line.hasPrefix("TCP: ") {
      let words = line.split(separator: " ")
      if let index = words.firstIndex(of: "tw"), index + 1 < words.count {
        return Int(words[index + 1])
      }
    }
    return nil
  }

  /// A counter of the namespace's `TcpExt` in /proc/net/netstat, which has its names on one line and its
  /// numbers on the next; `nil` where this kernel has none of that name.
  package static func tcpExtension(_ name: String) throws -> Int? {
    let lines = try SystemFile.read("/proc/thread-self/net/netstat").split(separator: "\n")
      .filter { $0.hasPrefix("TcpExt: ") }
    guard lines.count == 2 else { return nil }
    let (names, numbers) = (lines[0].split(separator: " "), lines[1].split(separator: " "))
    guard let index = names.firstIndex(of: name[...]), index < numbers.count else { return nil }
    return Int(numbers[index])
  }
}
