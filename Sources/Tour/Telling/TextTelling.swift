// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
package import Report

/// The tour for people: as text of 80 columns.
package struct TextTelling: Telling, ~Copyable {
  private var text = Text()
  private let style: Style

  package init(hasColour: Bool) { style = Style(isOn: hasColour) }

  static var width: Int { 79 }

  package mutating func begin(_ question: Question) {
    let title = "\(question.number). \(question.title)"
    text.append(style.bold(title) + "\n")
    text.append(String(repeating: "=", count: title.count) + "\n\n")
  }

  package mutating func tell(_ performance: Performance) {
    let played = performance.played
    text.append(style.bold(played.title) + "\n\n")
    text.append(played.explanation.wrapped(to: Self.width, indent: "  ") + "\n")
    if let evidence = performance.evidence {
      let ladder = Ladder(evidence, played.numbers)
      if !ladder.rows.isEmpty {
        text.append(headOf: evidence)
        text.append(ladder)
      }
      if evidence.segments == nil {
        text.append(
          "the segments are not seen: a packet socket takes CAP_NET_RAW".wrapped(
            to: Self.width, indent: "  "))
      }
      if !ladder.rows.isEmpty, evidence.others > 0 {
        text.append("  and \(evidence.others) more connections\n")
      }
      if !ladder.rows.isEmpty || evidence.segments == nil { text.append("\n") }
      tell(evidence.meters)
      tell(evidence.facts)
      // Where the checks say all of it, once is enough.
      if !performance.checks.contains(where: \.isVerdict) { tell(evidence.ends) }
    }
    for check in performance.checks { tell(check) }
    text.append("\n")
  }

  private mutating func tell(_ meters: [Meter]) {
    for group in meters.groups {
      text.append(
        "\(group.name) (\(group.source))".wrapped(to: Self.width, indent: "    ", first: "  "))
      let width = group.meters.map(\.label.count).max() ?? 0
      for meter in group.meters {
        text.append("    ")
        text.cell(width) { $0.append(meter.label) }
        text.append(" [")
        let full = (meter.percent * Meter.cells + 99) / 100
        text.append(String(repeating: "#", count: full))
        text.append(String(repeating: ".", count: Meter.cells - full))
        text.append("] \(meter.part) of \(meter.whole)\n")
      }
      text.append("\n")
    }
  }

  private mutating func tell(_ facts: [Fact]) {
    if facts.isEmpty { return }
    for fact in facts {
      text.append(
        "\(fact.name): \(fact.value.text) (\(fact.source))".wrapped(
          to: Self.width, indent: "    ", first: "  - "))
    }
    text.append("\n")
  }

  /// Of how many ends it is told in words; of a crowd, JSON has them all.
  private static var most: Int { 4 }

  /// What `synfin trace` says of them.
  private mutating func tell(_ ends: [Evidence.End]) {
    if ends.isEmpty { return }
    text.append("  synfin says\n")
    for end in ends.prefix(Self.most) { tell(end) }
    if ends.count > Self.most { text.append("    and \(ends.count - Self.most) more\n") }
    text.append("\n")
  }

  private mutating func tell(_ end: Evidence.End) {
    let verdict = end.end.verdict
    var words: [String] = []
    if let open = end.end.connection.open { words.append("open \(open.name)") }
    if let result = verdict.openResult, result != .established { words.append("\(result.name)") }
    if let close = verdict.close { words.append("close \(close.name)") }
    if let first = verdict.firstFIN { words.append("first_fin \(first.name)") }
    if let reset = verdict.reset { words.append("reset \(reset.name)") }
    if let why = verdict.why { words.append("why \(why.name)") }
    if let last = verdict.endsIn { words.append("ends_in \(last.name)") }
    if let via = verdict.via { words.append("via \(via.name)") }
    text.append(
      words.joined(separator: ", ").wrapped(
        to: Self.width, indent: "            ", first: "    \(end.side.name)  "))
  }

  private mutating func tell(_ check: Check) {
    let word = "\(check.answer.word)"
    let mark = style.answer(check.answer, "[\(word)]")
    let pad = String(repeating: " ", count: max(0, 9 - word.count - 2))
    var claim = check.claim
    if case .no(let found) = check.answer {
      claim += found.map { ": CONTRADICTION: \($0)" } ?? ": CONTRADICTION"
    } else if let remark = check.answer.remark {
      claim += ": \(remark)"
    }
    let lines = claim.wrapped(to: Self.width, indent: String(repeating: " ", count: 12))
    text.append("  " + mark + pad + " " + String(lines.drop { $0 == " " }))
  }

  package mutating func end(_ account: Account) {
    text.append(style.bold("In short") + "\n\n")
    text.append(account.question.answer.wrapped(to: Self.width, indent: "  "))
    text.append("\n  \(account.tally.sentence)\n\n\n")
  }

  package mutating func end(_ accounts: [Account]) {
    for contradiction in accounts.flatMap(\.contradictions) {
      text.append(
        "CONTRADICTION: \(contradiction)".wrapped(to: Self.width, indent: "  ", first: ""))
    }
    text.append("All in all: \(Tally(accounts).sentence)\n")
  }

  package mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&text)
  }
}

extension Tally {
  /// `9 claims held by this kernel, 0 contradicted, 0 unknown`
  package var sentence: String {
    "\(held) \(held == 1 ? "claim" : "claims") borne out by this kernel, "
      + "\(contradicted) contradicted, \(unknown) unknown"
  }
}

extension Meter {
  /// How wide its bar is.
  fileprivate static var cells: Int { 25 }
}

extension Fact.Value {
  var text: String {
    switch self {
    case .duration(let nanoseconds):
      var text = Text()
      text.append(duration: nanoseconds)
      return String(decoding: text.bytes, as: UTF8.self)
    case .count(let count, let unit): return unit.isEmpty ? "\(count)" : "\(count) \(unit)"
    case .text(let text): return text
    case .unknown(let why): return "unknown, \(why)"
    }
  }
}
