// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
package import Report

extension Text {
  /// The ladder in 79 columns: time, the client's states, the segments, the server's states.
  package mutating func append(_ ladder: Ladder) {
    for row in ladder.rows {
      append("  ")
      cell(Column.time, .right) { text in
        text.append("+")
        text.append(duration: row.at - ladder.startedAt)
      }
      append(" ")
      cell(Column.state) { $0.append(row.client ?? "") }
      append(" ")
      cell(Column.lane) { text in
        if let arrow = row.arrow { text.append(arrow.drawn(Column.lane)) }
        if let note = row.note { text.append(note) }
      }
      append(" ")
      append(row.server ?? "")
      trimEnd()
      append("\n")
    }
  }

  /// Who is who, above the ladder.
  package mutating func append(headOf evidence: Evidence) {
    append(String(repeating: " ", count: 2 + Column.time + 1))
    cell(Column.state) { $0.append("client") }
    append(" ")
    let names = evidence.hosts.map { host in
      var text = Text()
      text.append(host.address)
      return String(decoding: text.bytes, as: UTF8.self)
    }
    let (left, right) = (names.first ?? "", names.last ?? "")
    let between = evidence.kind == .wire ? "a wire" : "loopback"
    cell(Column.lane) { text in
      let inside = evidence.kind == .wire ? "\(left) - \(between) - \(right)" : between
      text.append(String(repeating: " ", count: max(0, (Column.lane - inside.count) / 2)) + inside)
    }
    append(" server\n")
  }
}

private enum Column {
  static let time = 7
  /// `ESTABLISHED`
  static let state = 11
  static let lane = 45
}

extension Ladder.Arrow {
  /// `-- SYN seq 0 ------------->`, the other way round for the server's.
  func drawn(_ width: Int) -> String {
    let line: Character = look == .forged ? "=" : look == .comes ? "." : "-"
    func dashes(_ count: Int) -> String { String(repeating: line, count: max(0, count)) }
    let isLeftToRight = from == .client
    let head: String
    let tail: Int
    switch look {
    case .passes, .travels, .forged, .comes: (head, tail) = (isLeftToRight ? ">" : "<", width - 1)
    // It does not come through.
    case .lost: (head, tail) = ("x", width - 8)
    case .held: (head, tail) = ("| held", width - 8)
    }
    let name = name(within: tail - 5)
    let text = String("\(line)\(line) \(name) ".prefix(tail))
    if isLeftToRight { return text + dashes(tail - text.count) + head }
    let mirrored = String(" \(name) \(line)\(line)".prefix(tail))
    let reversedHead = look == .held ? "held |" : head
    let drawn = reversedHead + dashes(tail - mirrored.count) + mirrored
    return String(repeating: " ", count: max(0, width - drawn.count)) + drawn
  }

  /// What stands on the line: as much as there is room for.
  private func name(within width: Int) -> String {
    let prefix = look == .forged ? "forged: " : look == .comes ? "late: " : ""
    // The line says it as well.
    return [prefix + label, prefix + shortLabel, label].first { $0.count <= width } ?? shortLabel
  }
}
