// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report

/// Lines for people as somebody at a terminal sees them: a header, and rows below it.
struct Table {
  let text: String
  var lines: [String] { text.split(separator: "\n").map(String.init) }
  var header: String { lines.first ?? "" }
  var rows: [String] { Array(lines.dropFirst()) }

  /// The widths of the tests: the smallest, the usual ones, and one where everything fits.
  static let widths = [80, 100, 120, 160, 200, 300]

  static func connections(
    width: Int, _ ends: [ConnectionEnd], then more: (inout ConnectionLines) -> Void = { _ in }
  ) -> Table {
    var lines = ConnectionLines(time: LocalTime(offsetToEpoch: 0), width: width)
    for end in ends { lines.connection(end, at: Story.beginning) }
    more(&lines)
    let bytes = lines.text.bytes
    return Table(text: String(decoding: bytes, as: UTF8.self))
  }

  static func transitions(
    width: Int, _ records: [Record], then more: (inout TransitionLines) -> Void = { _ in }
  ) -> Table {
    var lines = TransitionLines(time: LocalTime(offsetToEpoch: 0), width: width)
    for (connection, edge, at) in Told(records).transitions {
      lines.transition(connection, edge, at: at)
    }
    more(&lines)
    let bytes = lines.text.bytes
    return Table(text: String(decoding: bytes, as: UTF8.self))
  }

  /// What a row has in each column, by the title above it. The arrow between the endpoints, which
  /// has no title, is `>`. No cell but the last has a space in it.
  func cells(_ row: String) -> [String: String] {
    var titles = header.split(separator: " ").map(String.init)
    if titles.last == "END", let remote = titles.firstIndex(of: "REMOTE") {
      titles.insert(">", at: remote)
    }
    let words = row.split(separator: " ").map(String.init)
    var values = Array(words.prefix(titles.count - 1))
    values.append(words.dropFirst(values.count).joined(separator: " "))
    return Dictionary(zip(titles, values)) { first, _ in first }
  }

  /// Titles whose column a row does not keep to: a left one begins where the title does, a right
  /// one ends where it ends.
  func misplaced(in row: String) -> [String] {
    let below = Array(row)
    let right: Set<String> = ["ID", "OPEN", "RTT", "LIVED", "SENT", "RECVD", "RETRAN"]
    var misplaced: [String] = []
    for title in header.split(separator: " ") {
      let start = header.distance(from: header.startIndex, to: title.startIndex)
      let end = start + title.count
      let isInPlace =
        if right.contains(String(title)) {
          below.count > end && below[end - 1] != " " && below[end] == " "
        } else {
          below.count > start && below[start] != " " && (start == 0 || below[start - 1] == " ")
        }
      if !isInPlace { misplaced.append(String(title)) }
    }
    return misplaced
  }
}
