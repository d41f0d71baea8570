// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
internal import Report

/// A table of services or processes: a title, and a line for each, as wide as there is room for.
struct Table {
  let view: Screen.View
  let columns: [Column]
  private let nameWidth: Int
  /// What is left for how they failed and closed, in words; 0 where that is too little.
  private let wordsWidth: Int

  private static let fewestWords = 40

  init(_ view: Screen.View, width: Int) {
    self.view = view
    var room = width
    var nameWidth = min(view == .services ? 7 : 16, width)
    room -= nameWidth
    var columns: [Column] = []
    for column in Column.all(for: view) {
      if column.width + 1 > room { break }
      columns.append(column)
      room -= column.width + 1
    }
    // 15 bytes of name, and a pid of up to 7 digits.
    if view == .owners, room >= 7 {
      nameWidth += 7
      room -= 7
    }
    self.columns = columns
    self.nameWidth = nameWidth
    let isWhole = columns.count == Column.all(for: view).count
    wordsWidth = isWhole && room > Self.fewestWords ? room - 1 : 0
  }

  /// - Parameter mark: what goes before and behind the title of the column that it is sorted by.
  func title(
    sortedBy sortColumn: Int? = nil, mark: (on: StaticString, off: StaticString)? = nil,
    to text: inout Text
  ) {
    text.cell(nameWidth) { $0.append(view == .services ? "PORT" : "PROCESS") }
    for (index, column) in columns.enumerated() {
      if index == sortColumn, let mark { text.append(mark.on) }
      text.title(column.title, column.width, .right)
      if index == sortColumn, let mark { text.append(mark.off) }
    }
    if wordsWidth > 0 { text.title("ENDS", min(wordsWidth, 4)) }
  }

  /// - Parameter alarm: what goes before and behind a cell that is worth being noticed.
  func row(_ entry: Entry, alarm: (on: StaticString, off: StaticString)? = nil, to text: inout Text)
  {
    text.cell(nameWidth) { $0.append(entry.name, within: nameWidth) }
    for column in columns {
      text.append(" ")
      let isAlarming = alarm != nil && column.isAlarming(entry)
      if isAlarming, let alarm { text.append(alarm.on) }
      text.cell(column.width, .right) { column.write(&$0, entry) }
      if isAlarming, let alarm { text.append(alarm.off) }
    }
    guard wordsWidth > 0 else { return }
    text.append(" ")
    let start = text.count
    text.append(Phrase.list(entry.row.counters.endings, separator: ", "))
    if text.count - start > wordsWidth {
      text.truncate(to: start + wordsWidth - 2)
      text.append("..")
    }
  }

  /// Ordered by a column; those that are equal by what is opened now, what has been, and their names.
  static func sorted(_ entries: [Entry], by column: Column, isReversed: Bool = false) -> [Entry] {
    let keyed = entries.map { (key: column.key($0), entry: $0) }
    return keyed.sorted { one, other in
      if one.key != other.key { return isReversed ? one.key < other.key : one.key > other.key }
      return one.entry.isBefore(other.entry)
    }.map(\.entry)
  }
}

extension Entry {
  fileprivate func isBefore(_ other: Entry) -> Bool {
    let (one, two) = (rates.opened, other.rates.opened)
    if one != two { return one > two }
    let (opened, otherOpened) = (row.counters.opened, other.row.counters.opened)
    return opened == otherOpened ? name.order < other.name.order : opened > otherOpened
  }
}

extension Entry.Name {
  /// An order of names that does not change from one moment to the next.
  fileprivate var order: (UInt64, UInt64) {
    switch self {
    case .service(let service):
      (service.port.map(UInt64.init) ?? .max, UInt64(service.role.rawValue))
    case .owner(let owner):
      (owner.process.map { UInt64($0.pid) } ?? .max, owner.process?.comm.first ?? 0)
    }
  }
}
