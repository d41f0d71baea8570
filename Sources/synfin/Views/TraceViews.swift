// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle
internal import Report

/// `trace`: a line per connection.
struct ConnectionView: View, ~Copyable {
  var lines: ConnectionLines
  let filter: Filter
  private var now: UInt64 = 0

  init(lines: consuming ConnectionLines, filter: Filter) {
    self.lines = lines
    self.filter = filter
  }

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {}

  mutating func finished(_ end: ConnectionEnd) {
    if filter.matches(end.connection) { lines.connection(end, at: now) }
  }

  mutating func beginPass(now: UInt64) { self.now = now }
  mutating func resize(_ width: Int) { lines.resize(width) }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&lines.text)
  }
}

/// `trace --transitions`: a line per state change.
struct TransitionView: View, ~Copyable {
  var lines: TransitionLines
  let filter: Filter

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    if filter.matches(connection) { lines.transition(connection, edge, at: at) }
  }

  mutating func finished(_ end: ConnectionEnd) {}
  mutating func resize(_ width: Int) { lines.resize(width) }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&lines.text)
  }
}

/// `trace --json`: an object per connection, and with `--transitions` one per state change as well.
struct JSONView: View, ~Copyable {
  var lines: JSONLines
  let filter: Filter
  let hasTransitions: Bool
  private let cgroups: Cgroups

  init(
    lines: consuming JSONLines, filter: Filter, hasTransitions: Bool, cgroups: Cgroups
  ) {
    self.cgroups = cgroups
    self.lines = lines
    self.filter = filter
    self.hasTransitions = hasTransitions
  }

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    cgroups.keep(connection, edge)
    if hasTransitions, filter.matches(connection) { lines.transition(connection, edge, at: at) }
  }

  mutating func finished(_ end: ConnectionEnd) {
    guard filter.matches(end.connection) else { return }
    lines.connection(end, cgroupPath: cgroups.path(of: end.connection.cgroup))
  }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&lines.text)
  }

  mutating func timeWaitEnded(_ end: TimeWaitEnd) {
    if filter.matches(end) { lines.timeWait(end) }
  }

  mutating func lost(_ stage: StaticString, _ count: UInt64) { lines.lost(stage, count) }
  mutating func summary(_ summary: Summary) { lines.summary(summary) }
}

extension Cgroups {
  /// Asks for the path of a connection that opens: later the cgroup may be gone.
  func keep(_ connection: Connection, _ edge: Edge) {
    if edge.to == .synSent || edge.to == .synRecv { _ = path(of: connection.cgroup) }
  }
}
