// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
public import Report

extension Screen {
  /// Writes a whole screen: every line of it, and nothing beyond its last column.
  ///
  /// Control sequences are those of ECMA-48 that every terminal of the last decades has.
  public mutating func draw(
    width: Int, height: Int, _ time: inout LocalTime, to text: inout Text
  ) {
    // The last line is for the keys, where there is more than one.
    var lines = Lines(width: width, most: max(1, height - 1))
    if isHelp {
      for line in Self.help { lines.add(line) }
    } else if let frame {
      let head = Head(frame, &time)
      for (index, line) in head.lines.enumerated() where height > 6 || index == 0 {
        lines.add(line, index == 0 ? (frame.losses.total > 0 ? .alarm : .bold) : .plain)
      }
      drawTable(to: &lines, height: height - lines.count - 1)
    } else {
      lines.add("synfin top")
    }
    lines.fill()
    if height > 1 { lines.addLast(prompt) }
    lines.finish(to: &text)
  }

  private mutating func drawTable(to lines: inout Lines, height: Int) {
    let entries = entries
    let table = Table(view, width: lines.width)
    let sortColumn = sortColumn
    lines.add(.reverse) { table.title(sortedBy: sortColumn, mark: Lines.mark, to: &$0) }
    let current = selected.flatMap { name in entries.firstIndex { $0.name == name } } ?? 0
    var below: [String] = []
    if hasDetail, !entries.isEmpty, height >= 10 {
      below = [""] + Detail(width: lines.width).lines(of: entries[current])
      below = Array(below.prefix(height - 5))
    }
    page = max(1, height - 1 - below.count)
    // The selected row is always on the screen.
    offset = max(0, min(offset, entries.count - page))
    if current < offset { offset = current }
    if current >= offset + page { offset = current - page + 1 }
    for index in offset..<max(offset, min(offset + page, entries.count)) {
      let isSelected = index == current && (selected != nil || !below.isEmpty)
      lines.add(isSelected ? .reverse : .plain) {
        table.row(entries[index], alarm: isSelected ? nil : Lines.alarm, to: &$0)
      }
    }
    if entries.isEmpty { lines.add(wanted.isEmpty ? "no connections yet" : "none that fits") }
    lines.fill(to: lines.count + max(0, page - max(1, min(entries.count, page))))
    for line in below { lines.add(line) }
  }

  private var prompt: String {
    if isTyping { return "filter: \(wanted)_" }
    let column = Column.all(for: view)[sortColumn].title
    var words = isPaused ? "PAUSED  " : ""
    words += "q quit  tab \(view == .services ? "processes" : "ports")"
    words += "  s sort: \(column)\(isReversed ? " up" : "")"
    words += wanted.isEmpty ? "  / filter" : "  / filter: \(wanted)"
    return words + "  space \(isPaused ? "go on" : "pause")  ? help"
  }

  private static let help = [
    "tab, p       ports or processes",
    "s S, > <     sort by the next or previous column; also right and left",
    "r            the other way round",
    "up, down     select a row: j k, page up, page down, home, end",
    "enter, d     the selected row in words, or not",
    "/            filter: only rows with this in their name; esc for all",
    "space        stop the table, not the counting; again to go on",
    "q, ctrl-c    quit;  ctrl-z  suspend",
    "",
    "PORT      < this host serves it, > it is connected to, ? opened before the start",
    "OPEN      opened, and not closed        NEW/S  opened a second",
    "P50 P99   of the last minute: time to connect (>), the handshake's RTT (<)",
    "FAILED    and RESET, CLOSED, BY US, BY PEER: since the start",
    "AGAIN     SYNs or SYN-ACKs sent again, since the start",
    "OLDEST    how long the oldest CLOSE_WAIT is there; >= it was before the start",
    "TIME_WAIT now             RANGE  share of the local ports used to one remote",
  ]
}

/// Lines of a screen, with the sequences that place and mark them.
struct Lines: ~Copyable {
  let width: Int
  private(set) var count = 0
  /// How many there is room for.
  private var most: Int
  private var text = Text()

  enum Style {
    case plain, bold, reverse, alarm

    var sequence: StaticString? {
      switch self {
      case .plain: nil
      case .bold: "\u{1b}[1m"
      case .reverse: "\u{1b}[7m"
      case .alarm: "\u{1b}[1;31m"
      }
    }
  }

  /// Within a line that is reversed.
  static let mark: (on: StaticString, off: StaticString) = ("\u{1b}[0;1m", "\u{1b}[0;7m")
  static let alarm: (on: StaticString, off: StaticString) = ("\u{1b}[1;31m", "\u{1b}[0m")

  init(width: Int, most: Int) {
    self.width = width
    self.most = most
  }

  mutating func add(_ line: String, _ style: Style = .plain) {
    let width = width
    add(style) { text in
      let start = text.count
      text.append(line)
      if text.count - start > width { text.truncate(to: start + width) }
    }
  }

  /// - Parameter body: writes no more than the width.
  mutating func add(_ style: Style, _ body: (inout Text) -> Void) {
    guard count < most else { return }
    if count > 0 { text.append("\r\n") }
    count += 1
    // Before the line, for behind a full one it would take the last character away.
    text.append("\u{1b}[K")
    if let sequence = style.sequence {
      text.append(sequence)
      body(&text)
      text.append("\u{1b}[0m")
    } else {
      body(&text)
    }
  }

  /// Empty lines, down to this one.
  mutating func fill(to length: Int = .max) { while count < min(length, most) { add("") } }

  /// One more than there was room for.
  mutating func addLast(_ line: String) {
    most += 1
    add(line)
  }

  /// From the first place of the screen on.
  func finish(to output: inout Text) {
    output.append("\u{1b}[H")
    output.append(bytes: text.bytes)
  }
}
