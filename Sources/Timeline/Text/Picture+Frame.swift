// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Report

/// What is around the rows of a picture.
extension Picture {
  /// `12:03:04.123 to 12:03:34.623 (30.5s), 317 connections, 2 processes; a column is 871ms`
  mutating func heading(_ chart: Chart, to text: inout Text) {
    let window = chart.window
    let span = window.upperBound - window.lowerBound
    let decimals = span < 10_000_000 ? 6 : 3
    time.append(window.lowerBound, decimals: decimals, to: &text)
    text.append(" to ")
    time.append(window.upperBound, decimals: decimals, to: &text)
    text.append(" (")
    text.append(duration: span)
    text.append("), ")
    if chart.count == 0 { return text.append("no connections\n") }
    text.append(plural(chart.count, "connection", "connections"))
    text.append(", a column is ")
    text.append(duration: UInt64(scale.step.rounded()))
    text.append("\n")
  }

  /// Marks at round times, counted from the start of the run, as `--from` and `--to` count.
  func axis(since start: UInt64, to text: inout Text) {
    let label = layout.label
    text.cell(label) { $0.append("LOCAL    REMOTE") }
    text.append("  ")
    let ticks = Ticks(scale, since: start, room: 9)
    var column = 0
    pen.write(.dim, to: &text) { text in
      for time in ticks.times {
        let place = scale.column(start + time)
        let mark = "|" + ticks.label(of: time)
        // The last may have no room for its number.
        guard place >= column, place + mark.utf8.count <= scale.columns else { continue }
        text.append(String(repeating: " ", count: place - column))
        text.append(mark)
        column = place + mark.utf8.count
      }
      text.append(String(repeating: " ", count: scale.columns - column))
    }
    text.append(" ")
    if layout.hasLived {
      text.append(" ")
      text.cell(Widths.lived, .right) { $0.append("LIVED") }
    }
    text.append(" END\n")
  }

  /// - Parameter hasMerged: whether there are rows that stand for many connections.
  func legend(hasMerged: Bool, to text: inout Text) {
    text.append("\n")
    var length = 0
    func part(_ sign: StaticString, _ word: String, _ ink: Pen.Ink?, _ text: inout Text) {
      let width = word.utf8.count + 2
      if length > 0 {
        text.append(length + 2 + width > layout.width ? "\n" : "  ")
        length = length + 2 + width > layout.width ? 0 : length + 2
      }
      pen.write(ink, to: &text) { $0.append(sign) }
      text.append(" ")
      text.append(word)
      length += width
    }
    for kind in Phase.Kind.allCases {
      part(glyphs[kind], "\(kind.name)", Pen.ink(kind), &text)
    }
    part(glyphs.abrupt, "ended, not by FINs", .red, &text)
    part("~", "before, beyond", nil, &text)
    text.append("\n")
    if hasMerged {
      text.append("* all of them, + the others: the state most were in, TIME_WAIT left out;\n")
      text.append("  how many there were in a column; and how they ended\n")
    }
  }

  /// What is not in the picture.
  mutating func notes(_ chart: Chart, to text: inout Text) {
    if chart.outside > 0 {
      text.append(plural(chart.outside, "connection", "connections"))
      text.append(" before or after that\n")
    }
    if chart.dropped > 0 {
      text.append(plural(chart.dropped, "connection", "connections"))
      text.append(" that ended before ")
      time.append(chart.droppedUntil, decimals: 3, to: &text)
      text.append(" were not kept: --limit\n")
    }
    if chart.olderTimeWaits > 0 {
      text.append(plural(chart.olderTimeWaits, "TIME_WAIT", "TIME_WAITs"))
      text.append(" of before the start ended, and have no bar\n")
    }
    if chart.run.losses.total > 0 {
      text.append(plural(Int(clamping: chart.run.losses.total), "record was", "records were"))
      text.append(" lost: what they may have changed is unknown\n")
    }
  }

  private func plural(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
  }
}

extension Track {
  /// `nginx/1234: 317 connections, 25 reset by peer, 1 refused`
  func title(within width: Int, isNamed: Bool) -> String {
    var text = Text()
    switch owner {
    case .process(let process): text.append(process, within: 23)
    case .sameName(let comm, let processes):
      text.append(name: comm, within: 16)
      text.append(", \(processes) processes")
    case .others(let processes): text.append("\(processes) more processes")
    case .unknown: text.append("? whose is not known")
    }
    var title = String(decoding: text.bytes, as: UTF8.self)
    if isNamed {
      let names = Set(groups.map(\.key.netns)).sorted()
      title += names.count == 1 ? ", netns \(names[0])" : ", \(names.count) netns"
    }
    title += ": \(count) \(count == 1 ? "connection" : "connections")"
    let bars = groups.lazy.flatMap(\.bars)
    var left = Array(bars).outcomes.filter { !$0.outcome.isOrderly }[...]
    while let (outcome, count) = left.first {
      let part = ", \(count) \(outcome.label)"
      if title.utf8.count + part.utf8.count > width - 5 {
        title += ", .."
        break
      }
      title += part
      left.removeFirst()
    }
    return title
  }
}
