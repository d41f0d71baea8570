// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle
internal import Report

/// A view of the facts that a watch feeds: it turns them into bytes for stdout.
protocol View: FactSink, ~Copyable {
  /// What is ready to be written; emptied by whoever has written it.
  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure)
  /// Before each reading: the time, in the clock of the records.
  mutating func beginPass(now: UInt64)
  /// The terminal may have another width.
  mutating func resize(_ width: Int)
  /// Records that were lost since the last time.
  mutating func lost(_ stage: StaticString, _ count: UInt64)
  mutating func summary(_ summary: Summary)
  /// When it wants a count of what waits in TIME_WAIT next, in the clock of the records; and of what.
  var censusDue: UInt64? { get }
  var censusFilter: Filter? { get }
  mutating func census(_ census: TimeWaitCensus)
  /// When it wants to look at what there is next, in the clock of the records: after the first reading
  /// from then on, and once more at the end.
  var lookDue: UInt64? { get }
  mutating func look(at tracker: borrowing Tracker, _ standing: Standing)
  /// Whether a look is only taken where our count of mini sockets is the kernel's, or will not become it.
  var wantsAgreement: Bool { get }
  /// Whether a look includes what the programs have cost, which asks the kernel for each.
  var readsPrograms: Bool { get }
  /// The source tells from here on, and what was there before has been told: at the start, and each time
  /// it has begun anew.
  mutating func begun(_ origin: Origin) throws
  /// Something waits at a descriptor that the source was told to watch.
  mutating func takeInput() -> Wish
  /// A recording has come to its end: whoever looks at it may want to go on looking.
  mutating func linger(_ output: Output)
  /// Whether the terminal is drawn on, and nothing else may be written to it.
  var ownsTerminal: Bool { get }
}

extension View where Self: ~Copyable {
  // What a view for people leaves to stderr, and what one that is not a table does not need.
  mutating func beginPass(now: UInt64) {}
  mutating func resize(_ width: Int) {}
  mutating func lost(_ stage: StaticString, _ count: UInt64) {}
  mutating func summary(_ summary: Summary) {}
  var censusDue: UInt64? { nil }
  /// Where it is set, one more comes at the end.
  var censusFilter: Filter? { nil }
  mutating func census(_ census: TimeWaitCensus) {}
  var lookDue: UInt64? { nil }
  mutating func look(at tracker: borrowing Tracker, _ standing: Standing) {}
  var wantsAgreement: Bool { false }
  var readsPrograms: Bool { false }
  mutating func begun(_ origin: Origin) throws {}
  mutating func takeInput() -> Wish { .goOn }
  mutating func linger(_ output: Output) {}
  var ownsTerminal: Bool { false }
}

/// What input asks of a watch.
enum Wish {
  case goOn
  case stop
  /// To attach the programs anew.
  case renew
}
