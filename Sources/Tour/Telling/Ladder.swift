// SPDX-License-Identifier: Apache-2.0

/// A case as two columns of states and the segments between them, in the order of time.
///
/// A state stands on the line of the segment that it was entered with: of the sender, as it sent it; of the
/// receiver, as it took it in.
package struct Ladder: Sendable {
  package struct Row: Sendable {
    package var at: UInt64
    package var client: String?
    package var server: String?
    package var arrow: Arrow?
    /// A remark that is nobody's.
    package var note: String?

    package init(
      at: UInt64, client: String? = nil, server: String? = nil, arrow: Arrow? = nil,
      note: String? = nil
    ) {
      (self.at, self.client, self.server, self.arrow, self.note) = (at, client, server, arrow, note)
    }

    fileprivate subscript(side: Side) -> String? {
      get { side == .client ? client : server }
      set { if side == .client { client = newValue } else { server = newValue } }
    }
  }

  package struct Arrow: Sendable {
    package let from: Side
    package let label: String
    /// The same with fewer words, where there is no room for it.
    package let shortLabel: String
    package let look: Look
  }

  package enum Look: Sendable {
    case passes
    /// It comes, but some time later: what it does there stands below.
    case travels
    case lost
    case forged
    /// It leaves, and is kept.
    case held
    /// It comes that was kept.
    case comes

    fileprivate var isArrival: Bool { self == .passes || self == .forged || self == .comes }
  }

  package private(set) var rows: [Row] = []
  /// Times are told from the first of them on.
  package var startedAt: UInt64 { rows.first?.at ?? 0 }

  package init(_ evidence: Evidence, _ numbers: Case.Numbers) {
    for event in Self.events(evidence) { add(event, numbers) }
  }

  private enum Event {
    case state(Evidence.Step)
    case segment(Segment, Look)
    case mark(Mark)
  }

  private static func events(_ evidence: Evidence) -> [(at: UInt64, Event)] {
    var events: [(at: UInt64, order: Int, event: Event)] = []
    for step in evidence.steps { events.append((step.at, 1, .state(step))) }
    for mark in evidence.marks { events.append((mark.at, 0, .mark(mark))) }
    for segment in evidence.segments ?? [] {
      let look: Look
      switch segment.fate {
      case .delivered: look = .passes
      case .lost: look = .lost
      case .forged: look = .forged
      case .held: look = .held
      case .delayed: look = .travels
      }
      events.append((segment.at, 0, .segment(segment, look)))
      // What was kept comes some time later, and what is doubled comes again.
      let again = look == .held ? segment.deliveredAt : Array(segment.deliveredAt.dropFirst())
      for at in again { events.append((at, 0, .segment(segment, .comes))) }
    }
    return events.sorted { ($0.at, $0.order) < ($1.at, $1.order) }.map { ($0.at, $0.event) }
  }

  private mutating func add(_ event: (at: UInt64, Event), _ numbers: Case.Numbers) {
    switch event.1 {
    case .mark(let mark):
      var row = Row(at: event.at)
      if let side = mark.side { row[side] = mark.text } else { row.note = mark.text }
      rows.append(row)
    case .state(let step): enter(step)
    case .segment(let segment, let look):
      let arrow = Arrow(
        from: segment.from, label: segment.label(numbers),
        shortLabel: segment.label(numbers, isShort: true), look: look)
      var row = Row(at: event.at, arrow: arrow)
      if look != .comes && look != .forged { row[segment.from] = takeState(sending: segment) }
      rows.append(row)
    }
  }

  /// The state that was entered to send a segment stands on its line, though others that had been sent
  /// before may have been taken up in between.
  private mutating func takeState(sending segment: Segment) -> String? {
    for (index, row) in rows.enumerated().reversed() {
      guard row.note == nil else { return nil }
      if let arrow = row.arrow {
        if arrow.from == segment.from, row[segment.from] == nil { continue }
        return nil
      }
      guard let state = row[segment.from], row[segment.from.other] == nil,
        segment.isSent(entering: state)
      else { return nil }
      rows.remove(at: index)
      return state
    }
    return nil
  }

  private mutating func enter(_ step: Evidence.Step) {
    if let last = rows.last, let arrow = last.arrow, arrow.from == step.side.other,
      last[step.side] == nil, arrow.look.isArrival
    {
      rows[rows.count - 1][step.side] = step.entered
      return
    }
    var row = Row(at: step.at)
    row[step.side] = step.entered
    rows.append(row)
  }
}

extension Segment {
  /// Whether it is what an end sends as it enters a state.
  fileprivate func isSent(entering state: String) -> Bool {
    switch state {
    case "SYN_SENT": isSYN
    case "FIN_WAIT1", "LAST_ACK": isFIN
    case "CLOSED": isRST
    default: false
    }
  }
}

extension Segment {
  /// `FIN+ACK seq 1 ack 6`
  ///
  /// - Parameter isShort: whether what goes without saying is left out: data comes with an ACK.
  func label(_ numbers: Case.Numbers, isShort: Bool = false) -> String {
    var words = isShort && hasData && packet.flags == .ack ? [] : [packet.flags.text]
    if hasData { words.append("\(packet.length) \(packet.length == 1 ? "byte" : "bytes")") }
    let isAbsolute = numbers == .absolute
    words.append("seq \((isAbsolute ? nil : sequence) ?? packet.sequence)")
    if packet.flags.contains(.ack) {
      words.append("ack \((isAbsolute ? nil : acknowledgment) ?? packet.acknowledgment)")
    }
    return words.joined(separator: " ")
  }
}
