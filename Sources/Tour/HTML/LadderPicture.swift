// SPDX-License-Identifier: Apache-2.0
internal import Report

/// A case as a ladder: two ends whose states are told apart by colour, and segments on their way between
/// them, time going down. Each line is as long as it took, where anything happened meanwhile.
///
/// Across it is as wide as there is room, down it is in pixels: so text has one size on every screen.
struct LadderPicture {
  private(set) var arrows: [Arrow] = []
  private(set) var labels: [Label] = []
  private(set) var waits: [Wait] = []
  private(set) var times: [(y: Int, at: UInt64)] = []
  /// Whether its labels are longer than a narrow screen.
  let isWide: Bool
  private var startedAt: UInt64 = 0

  struct Arrow {
    let segment: Segment
    let label: String
    var from: Int
    /// Of each copy that came; `nil` where none did.
    var to: [Int] = []
    /// Where it stopped, if it never came.
    var lostAt = 0
  }

  /// A state that was entered, or a remark.
  struct Label {
    let y: Int
    let side: Side?
    let text: String
    let isState: Bool
  }

  /// Time in which nothing happened.
  struct Wait {
    let y: Int
    let nanoseconds: UInt64
  }

  var isEmpty: Bool { arrows.isEmpty && labels.isEmpty }

  init(_ evidence: Evidence, _ numbers: Case.Numbers) {
    isWide = numbers == .absolute
    var layout = Layout()
    for event in Self.events(evidence) {
      layout.pass(to: event.at, &self)
      switch event.what {
      case .sent(let segment):
        let y = layout.send(segment.from)
        arrows.append(Arrow(segment: segment, label: segment.label(numbers), from: y))
        if !segment.wasDelivered { arrows[arrows.count - 1].lostAt = layout.lose(from: y) }
        layout.note(event.at, y, &self)
      case .came(let index):
        let y = layout.receive(
          from: arrows[index].to.isEmpty ? arrows[index].from : nil,
          by: arrows[index].segment.from.other)
        arrows[index].to.append(y)
      case .entered(let side, let state):
        let y = layout.enter(side)
        labels.append(Label(y: y, side: side, text: state, isState: true))
        layout.note(event.at, y, &self)
      case .mark(let mark):
        let y = layout.remark()
        labels.append(Label(y: y, side: mark.side, text: mark.text, isState: false))
        layout.note(event.at, y, &self)
      }
    }
    startedAt = times.first?.at ?? 0
    height = layout.bottom + 22
  }

  private(set) var height = 0

  private enum Event {
    case sent(Segment)
    /// By the number of what was sent.
    case came(Int)
    case entered(Side, String)
    case mark(Mark)
  }

  /// In the order of time; at one moment what was done before what came of it.
  private static func events(_ evidence: Evidence) -> [(at: UInt64, what: Event)] {
    var events: [(at: UInt64, order: Int, what: Event)] = []
    let segments = (evidence.segments ?? []).sorted { $0.at < $1.at }
    for (index, segment) in segments.enumerated() {
      events.append((segment.at, 1, .sent(segment)))
      for at in segment.deliveredAt { events.append((max(at, segment.at), 2, .came(index))) }
    }
    for step in evidence.steps { events.append((step.at, 3, .entered(step.side, step.entered))) }
    for mark in evidence.marks { events.append((mark.at, 0, .mark(mark))) }
    return events.enumerated()
      .sorted {
        ($0.element.at, $0.element.order, $0.offset) < ($1.element.at, $1.element.order, $1.offset)
      }
      .map { ($0.element.at, $0.element.what) }
  }

  func time(_ at: UInt64) -> String { "+" + (at - min(at, startedAt)).asDuration }
}

/// Where the next thing has room, going down.
private struct Layout {
  private var cursor = 40
  private var lastSent = -99
  /// Whose segment is still on its way, with nothing of the other's between.
  private var sending: Side?
  private var lastCame: [Side: Int] = [:]
  private var lastState: [Side: Int] = [:]
  private var lastTime = -99
  private var now: UInt64?

  /// Pixels that a segment goes down on its way, and that a line of text takes.
  private static let slope = 22
  private static let line = 15

  var bottom: Int { cursor }

  /// Time that is long beside what happens is told, and not drawn to scale.
  mutating func pass(to at: UInt64, _ picture: inout LadderPicture) {
    defer { now = at }
    guard let now, at > now else { return }
    let nanoseconds = at - now
    if nanoseconds > 50_000_000 {
      picture.add(LadderPicture.Wait(y: cursor + 20, nanoseconds: nanoseconds))
      cursor += 40
    } else if nanoseconds > 200_000 {
      cursor += 5
    }
  }

  mutating func send(_ side: Side) -> Int {
    // Its label stands above its beginning: below what has come there, and what was sent before.
    let line = sending == side ? Self.slope + 10 : Self.line + 2
    cursor = max(cursor, lastSent + line, (lastCame[side] ?? -99) + Self.line + 1)
    lastSent = cursor
    sending = side
    return cursor
  }

  mutating func lose(from y: Int) -> Int {
    let end = y + Self.slope * 3 / 5
    cursor = max(cursor, end + 2)
    sending = nil
    return end
  }

  /// - Parameter from: where it was sent, of its first copy.
  mutating func receive(from: Int?, by side: Side) -> Int {
    cursor = max(cursor, (from ?? cursor) + Self.slope, (lastCame[side] ?? -99) + 6)
    lastCame[side] = cursor
    sending = nil
    return cursor
  }

  mutating func enter(_ side: Side) -> Int {
    cursor = max(cursor, (lastState[side] ?? -99) + Self.line)
    lastState[side] = cursor
    return cursor
  }

  mutating func remark() -> Int {
    cursor = max(cursor + 12, lastSent + Self.line)
    lastSent = cursor + 6
    return cursor
  }

  /// Tells the time beside something, where there is room.
  mutating func note(_ at: UInt64, _ y: Int, _ picture: inout LadderPicture) {
    if y - lastTime < Self.line - 1 { return }
    lastTime = y
    picture.addTime(y, at)
  }
}

extension LadderPicture {
  fileprivate mutating func add(_ wait: Wait) { waits.append(wait) }
  fileprivate mutating func addTime(_ y: Int, _ at: UInt64) { times.append((y, at)) }
}
