// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Report

/// The rows of a picture.
extension Picture {
  /// A connection: its ends, its states over time, how long it lived, how it ended.
  func write(_ bar: Bar, to text: inout Text) {
    let tuple = bar.connection.tuple
    text.cell(Widths.first) { text in
      text.append(":")
      if tuple.localPort == 0 { text.append("?") } else { text.append(tuple.localPort) }
    }
    text.append(" ")
    text.append(bar.connection.open.mark)
    text.append(" ")
    text.cell(layout.remote, tuple.remote, port: tuple.remotePort)
    text.append(" ")
    write(Strip(bar, on: scale), from: bar, to: &text)
    if layout.hasLived {
      text.append(" ")
      text.cell(Widths.lived, .right) { text in
        if let lived = bar.end.lifetime { text.append(duration: lived) } else { text.append("?") }
      }
    }
    text.append(" ")
    pen.write(Pen.ink(bar.outcome), to: &text) { $0.append(bar.endLabel) }
    text.append("\n")
  }

  private func write(_ strip: Strip, from bar: Bar, to text: inout Text) {
    let window = scale.window
    let isOlder = bar.beginning == .earlier || bar.from < window.lowerBound
    text.append(isOlder ? "~" : bar.beginning == .unknown ? "?" : " ")
    write(strip.columns, abruptAt: strip.abruptAt, to: &text)
    let goesOn = bar.last == .goesOn || bar.to > window.upperBound
    text.append(goesOn ? "~" : bar.last == .unknown ? "?" : " ")
  }

  private func write(_ columns: [Phase.Kind?], abruptAt: Int? = nil, to text: inout Text) {
    var index = 0
    while index < columns.count {
      if index == abruptAt {
        pen.write(.red, to: &text) { $0.append(glyphs.abrupt) }
        index += 1
        continue
      }
      // Neighbours of one colour share it.
      let kind = columns[index]
      var end = index + 1
      while end < columns.count, columns[end] == kind, end != abruptAt { end += 1 }
      pen.write(kind.map(Pen.ink), to: &text) { text in
        for _ in index..<end { text.append(kind.map { glyphs[$0] } ?? " ") }
      }
      index = end
    }
  }

  /// Many connections in two rows: what most of them were in, and how many there were; and below, how
  /// they ended.
  func write(_ bars: [Bar], _ key: Track.Key, keys: Int, isRest: Bool, to text: inout Text) {
    var loads = Loads(scale)
    for bar in bars { loads.add(bar) }
    let most = loads.counts.max() ?? 0
    text.cell(Widths.first) { text in
      text.append(isRest ? "+" : "*")
      text.append(shortCount: bars.count)
    }
    text.append(" ")
    if keys == 1 {
      text.append(key.role.mark)
      text.append(" ")
      text.cell(layout.remote) { $0.append(key.service, within: layout.remote) }
    } else {
      text.cell(layout.remote + 2) { $0.append("to or at \(keys) others") }
    }
    text.append("  ")
    write(loads.leadingButForTimeWait, to: &text)
    text.append(" ")
    if layout.hasLived { text.append(String(repeating: " ", count: Widths.lived + 1)) }
    text.append(" at most \(most)\n")

    text.append(String(repeating: " ", count: layout.label + 2))
    for count in loads.counts {
      text.append(count == 0 ? " " : glyphs.level(count, of: most))
    }
    text.trimEnd()
    text.append("\n")
    ends(of: bars, to: &text)
  }

  /// `       287 closed by us, 25 reset by peer`, on as many lines as it takes.
  private func ends(of bars: [Bar], to text: inout Text) {
    let indent = Widths.first + 1
    var length = indent
    text.append(String(repeating: " ", count: indent))
    let outcomes = bars.outcomes
    for (index, (outcome, count)) in outcomes.enumerated() {
      let part = "\(count) \(outcome.label)" + (index < outcomes.count - 1 ? "," : "")
      if length > indent {
        if length + 1 + part.utf8.count > layout.width {
          text.append("\n" + String(repeating: " ", count: indent))
          length = indent
        } else {
          text.append(" ")
          length += 1
        }
      }
      pen.write(Pen.ink(outcome), to: &text) { $0.append(part) }
      length += part.utf8.count
    }
    text.append("\n")
  }
}

extension Bar {
  /// How it ended, in a word; in capitals the state that it was still in at the stop.
  var endLabel: StaticString { outcome == .open ? connection.state.name : outcome.label }
}

extension Track.Role {
  /// Who opened: `>` this end, `<` the remote, `=` both, `?` nobody knows.
  var mark: StaticString {
    switch self {
    case .client: Open.active.asOptional.mark
    case .server: Open.passive.asOptional.mark
    case .both: Open.simultaneous.asOptional.mark
    case .unknown: Open?.none.mark
    }
  }
}

extension Open {
  fileprivate var asOptional: Open? { self }
}

extension Text {
  /// At most 5 characters, the last digits left out: no more of it than there was.
  fileprivate mutating func append(shortCount count: Int) {
    switch count {
    case ..<100_000: append(UInt64(max(count, 0)))
    case ..<10_000_000: append("\(count / 1000)k")
    default: append("\(count / 1_000_000)M")
    }
  }

  /// `10.0.0.9:5432`; `at :8080` for a local port.
  fileprivate mutating func append(_ service: Track.Key.Service, within width: Int) {
    switch service {
    case .remote(let address, let port): cell(width, address, port: port)
    case .local(let port):
      append("at :")
      if port == 0 { append("?") } else { append(port) }
    }
  }
}
