// SPDX-License-Identifier: Apache-2.0

/// What is looked at: which table, in what order, what of it, and where. It changes by keys, and knows
/// of no terminal.
public struct Screen: Sendable {
  public enum View: Sendable {
    case services, owners
  }

  /// What is to be done after a key.
  public enum Action: Equatable, Sendable {
    case none, redraw, quit
  }

  public internal(set) var view = View.services
  /// Which column each table is sorted by.
  private var sortColumns: [View: Int] = [:]
  var isReversed = false
  /// Only rows with this in their names.
  var wanted = ""
  var isTyping = false
  public private(set) var isPaused = false
  var isHelp = false
  var hasDetail = true
  private(set) var selected: Entry.Name?
  private(set) var frame: Frame?
  /// How many rows the table had room for when it was last drawn.
  var page = 1
  var offset = 0

  public init() {}

  /// The numbers of a new moment: what is paused keeps those it has.
  public mutating func show(_ frame: Frame) {
    if !isPaused || self.frame == nil { self.frame = frame }
  }

  var sortColumn: Int { sortColumns[view] ?? 0 }

  /// The rows of the table, in their order, without those that are not wanted.
  var entries: [Entry] {
    guard let frame else { return [] }
    let all = view == .services ? frame.services : frame.owners
    let wanted = wanted.lowercased()
    let shown =
      wanted.isEmpty
      ? all
      : all.filter { entry in
        written { $0.append(entry.name, within: 64) }.lowercased().contains(wanted)
      }
    return Table.sorted(
      shown, by: Column.all(for: view)[sortColumn], isReversed: isReversed)
  }

  // MARK: Keys

  public mutating func press(_ key: Key) -> Action {
    if isTyping { return type(key) }
    if isHelp {
      // Whatever is pressed, it has been read.
      isHelp = false
      return key == .character(UInt8(ascii: "q")) ? .quit : .redraw
    }
    switch key {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -page)
    case .pageDown: move(by: page)
    case .home: move(by: -.max)
    case .end: move(by: .max)
    case .left: sort(by: sortColumn - 1)
    case .right: sort(by: sortColumn + 1)
    case .tab: turn()
    case .enter: hasDetail.toggle()
    case .escape: wanted = ""
    case .backspace: return .none
    case .character(let character): return press(character)
    }
    return .redraw
  }

  private mutating func press(_ character: UInt8) -> Action {
    switch character {
    case UInt8(ascii: "q"), UInt8(ascii: "Q"): return .quit
    case UInt8(ascii: "?"), UInt8(ascii: "h"): isHelp = true
    case UInt8(ascii: " "): isPaused.toggle()
    case UInt8(ascii: "/"): isTyping = true
    case UInt8(ascii: "p"), UInt8(ascii: "v"): turn()
    case UInt8(ascii: "s"), UInt8(ascii: ">"): sort(by: sortColumn + 1)
    case UInt8(ascii: "S"), UInt8(ascii: "<"): sort(by: sortColumn - 1)
    case UInt8(ascii: "r"): isReversed.toggle()
    case UInt8(ascii: "j"): move(by: 1)
    case UInt8(ascii: "k"): move(by: -1)
    case UInt8(ascii: "d"): hasDetail.toggle()
    default: return .none
    }
    return .redraw
  }

  /// A key while the filter is being typed.
  private mutating func type(_ key: Key) -> Action {
    switch key {
    case .character(let character): wanted.unicodeScalars.append(Unicode.Scalar(character))
    case .backspace: _ = wanted.popLast()
    case .enter: isTyping = false
    case .escape:
      isTyping = false
      wanted = ""
    default: return .none
    }
    return .redraw
  }

  private mutating func turn() {
    view = view == .services ? .owners : .services
    selected = nil
    offset = 0
  }

  private mutating func sort(by column: Int) {
    let count = Column.all(for: view).count
    sortColumns[view] = (column + count) % count
  }

  private mutating func move(by rows: Int) {
    let names = entries.map(\.name)
    guard !names.isEmpty else { return }
    let current = selected.flatMap(names.firstIndex(of:)) ?? 0
    let target = current.addingReportingOverflow(rows)
    let row = target.overflow ? (rows < 0 ? 0 : names.count - 1) : target.partialValue
    selected = names[min(max(row, 0), names.count - 1)]
  }
}
