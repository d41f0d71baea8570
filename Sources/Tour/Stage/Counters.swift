// SPDX-License-Identifier: Apache-2.0

/// What the kernel counts of a network namespace (`/proc/net/netstat`, `/proc/net/snmp`).
package struct Counters: Sendable {
  private var values: [String: Int] = [:]

  /// Those of the calling thread's.
  package init() throws {
    for file in ["netstat", "snmp"] {
      add(try SystemFile.read("/proc/thread-self/net/\(file)"))
    }
  }

  /// Two lines for each group: its names, and its values.
  package init(_ text: String) { add(text) }

  private mutating func add(_ text: String) {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    for index in stride(from: 0, to: lines.count - 1, by: 2) {
      let (names, counts) = (lines[index], lines[index + 1])
      guard let group = names.first, group == counts.first else { continue }
      for (name, count) in zip(names, counts).dropFirst() {
        values["\(group.dropLast()).\(name)"] = Int(count)
      }
    }
  }

  /// By group and name: `TcpExt.PAWSEstab`; `nil` where this kernel does not count it.
  package subscript(name: String) -> Int? { values[name] }

  /// By how much one has grown since.
  package func growth(of name: String, since earlier: Counters) -> Int? {
    guard let now = self[name], let then = earlier[name] else { return nil }
    return now - then
  }
}

extension Link {
  /// What one side's kernel has counted.
  package func counters(_ side: Side) throws -> Counters { try host(side).run { try Counters() } }
}
