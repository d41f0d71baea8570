// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
internal import Report
internal import Top

/// How a moment is shown: as a screen, as plain tables, as JSON.
protocol TopFace: ~Copyable {
  mutating func show(_ frame: Frame)
  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure)
  mutating func resize(_ width: Int)
  mutating func lost(_ stage: StaticString, _ count: UInt64)
  mutating func summary(_ summary: Summary)
  mutating func takeInput() -> Bool
  mutating func linger(_ output: Output)
  var ownsTerminal: Bool { get }
  /// Whether it begins with what there is at the start, and not after an interval.
  static var isImmediate: Bool { get }
}

extension TopFace where Self: ~Copyable {
  mutating func resize(_ width: Int) {}
  mutating func lost(_ stage: StaticString, _ count: UInt64) {}
  mutating func summary(_ summary: Summary) {}
  mutating func takeInput() -> Bool { true }
  mutating func linger(_ output: Output) {}
  var ownsTerminal: Bool { false }
  static var isImmediate: Bool { false }
}

/// The numbers, and when they are read next.
struct TopBook {
  var metrics: Metrics
  private var history = History()
  private(set) var cadence: Cadence

  init(filter: Filter, startedAt: UInt64, interval: Double) {
    metrics = Metrics(matching: filter, startedAt: startedAt)
    cadence = Cadence(interval, from: startedAt)
  }

  mutating func beginAtOnce() { cadence.beginAtOnce() }

  /// `nil` where it is not time for one.
  mutating func read(_ tracker: borrowing Tracker, _ losses: Losses, _ now: UInt64) -> Frame? {
    guard cadence.take(at: now) else { return nil }
    history.add(metrics.read(tracker, losses: losses, at: now))
    return history.frame
  }
}

/// `top`: counts what is told, and shows it at each interval.
struct TopView<Face: TopFace & ~Copyable>: View, ~Copyable {
  private var book: TopBook
  private var face: Face

  init(_ book: TopBook, _ face: consuming Face) {
    self.book = book
    self.face = face
    if Face.isImmediate { self.book.beginAtOnce() }
  }

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {}
  mutating func finished(_ end: ConnectionEnd) { book.metrics.finished(end) }

  var lookDue: UInt64? { book.cadence.due }

  mutating func look(at tracker: borrowing Tracker, _ standing: Standing) {
    if let frame = book.read(tracker, standing.losses, standing.now) { face.show(frame) }
  }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try face.withText(body)
  }

  mutating func resize(_ width: Int) { face.resize(width) }
  mutating func lost(_ stage: StaticString, _ count: UInt64) { face.lost(stage, count) }
  mutating func summary(_ summary: Summary) { face.summary(summary) }
  mutating func takeInput() -> Wish { face.takeInput() ? .goOn : .stop }
  mutating func linger(_ output: Output) { face.linger(output) }
  var ownsTerminal: Bool { face.ownsTerminal }
}

/// `top --json`: an object a moment.
struct JSONFace: TopFace, ~Copyable {
  private var lines: JSONLines

  init(lines: consuming JSONLines) { self.lines = lines }

  mutating func show(_ frame: Frame) { lines.frame(frame) }
  mutating func lost(_ stage: StaticString, _ count: UInt64) { lines.lost(stage, count) }
  mutating func summary(_ summary: Summary) { lines.summary(summary) }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&lines.text)
  }
}

/// Plain tables, one after the other.
struct TableFace: TopFace, ~Copyable {
  private var lines: TopLines

  init(_ lines: consuming TopLines) { self.lines = lines }

  mutating func show(_ frame: Frame) { lines.frame(frame) }
  mutating func resize(_ width: Int) { lines.resize(width) }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&lines.text)
  }
}

/// A screen, and the keys that change it.
struct ScreenFace: TopFace, ~Copyable {
  private var terminal: Terminal
  private var screen = Screen()
  private var time: LocalTime
  private var text = Text()

  init(_ terminal: consuming Terminal, _ time: LocalTime) {
    self.terminal = terminal
    self.time = time
  }

  static var isImmediate: Bool { true }
  var ownsTerminal: Bool { true }

  mutating func show(_ frame: Frame) {
    screen.show(frame)
    draw()
  }

  mutating func takeInput() -> Bool {
    let input = terminal.read()
    for key in input.keys where screen.press(key) == .quit { return false }
    draw()
    return !input.isOver
  }

  mutating func linger(_ output: Output) {
    repeat {
      guard (try? output.write(&text)) != nil, terminal.waitForInput() else { return }
    } while takeInput()
  }

  /// Nothing is left on the screen of a command that is over.
  mutating func summary(_ summary: Summary) {
    text.clear()
    terminal.leave()
  }

  private mutating func draw() {
    terminal.enter()
    text.clear()
    screen.draw(width: terminal.width, height: terminal.height, &time, to: &text)
  }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&text)
  }
}
