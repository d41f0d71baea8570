// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// What a tracer says that it saw, and lost.
struct Seen {
  /// State changes.
  var events: Int
  /// Connection ends, where the tool counts them.
  var ends: Int?
  /// State changes that the tool itself says it lost.
  var toldLost: Int
  /// The same by stage, in the tool's words.
  var stages = ""
  /// What a recorder has written.
  var records, bytes: Int?
}

extension Tracer {
  /// Reads the tool's last words.
  func seen(output: String, error: String) throws(Trouble) -> Seen {
    switch kind {
    case .synfin: try Seen(summary: contents(of: error) ?? "")
    case .floor: try Seen(floor: contents(of: output) ?? "")
    case .tcpstates: Seen(rows: lineCount(of: output) - 1, warnings: contents(of: error) ?? "")
    }
  }
}

extension Seen {
  /// `synfin: summary 300000 transitions, 60000 connections, lost 0 (ring 0, guard 0, table 0)`
  fileprivate init(summary text: String) throws(Trouble) {
    let last = text.split(separator: "\n").last { $0.hasPrefix("synfin: summary") }
    guard let words = last?.split(whereSeparator: { $0 == " " || $0 == "," }) else {
      throw .failed("no summary line")
    }
    func number(before word: String) -> Int? {
      words.firstIndex { $0 == word }.flatMap { $0 > 0 ? Int(words[$0 - 1]) : nil }
    }
    guard let events = number(before: "transitions"),
      let place = words.firstIndex(of: "lost"), place + 1 < words.endIndex,
      let lost = Int(words[place + 1])
    else { throw .failed("an odd summary line: \(words.joined(separator: " "))") }
    self.init(events: events, ends: number(before: "connections"), toldLost: lost)
    (records, bytes) = (number(before: "records"), number(before: "bytes"))
    if let open = last?.firstIndex(of: "("), let close = last?.lastIndex(of: ")"), open < close {
      stages = String(last![open...close].dropFirst().dropLast())
    }
  }

  /// The JSON of Sources/floor.
  fileprivate init(floor text: String) throws(Trouble) {
    guard let line = text.split(separator: "\n").last.flatMap({ Line(parsing: $0) }),
      let events = line["events"], let dropped = line["dropped"],
      let skipped = line["recursion_misses"]
    else { throw .failed("no last line of JSON") }
    self.init(
      events: Int(events), toldLost: Int(dropped + skipped),
      stages: "ring \(Int(dropped)), guard \(Int(skipped))")
  }

  /// One row a state change on stdout; `Lost 12 events on CPU #0!` on stderr.
  fileprivate init(rows: Int, warnings: String) {
    var lost = 0
    for line in warnings.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 2, words[0].lowercased() == "lost", words[2].hasPrefix("event") {
        lost += Int(words[1]) ?? 0
      }
    }
    self.init(events: max(0, rows), toldLost: lost)
  }
}
