// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Exposition
internal import Lifecycle
internal import Metrics
internal import Report

/// `metrics`: counts what is told, and has it read when somebody asks, when a file is due, and at the end.
struct MetricsView: View, ~Copyable {
  private var totals: Totals
  private var daemon: Daemon?
  /// How it is written to standard output at the end; `nil` where that is for others.
  private let format: Format?
  private let report: SelfReport
  private let origin: Origin
  private let isReplayed: Bool
  private var attachments: UInt64 = 0
  private var attachedAt: UInt64
  private var mostGaps: UInt64 = 0
  private var last: Snapshot?
  private var text = Text()

  init(
    _ totals: Totals, from source: borrowing some RecordSource & ~Copyable, format: Format?,
    daemon: consuming Daemon?, report: SelfReport
  ) {
    self.totals = totals
    self.format = format
    self.daemon = daemon
    self.report = report
    origin = source.origin
    isReplayed = source.isReplayed
    attachedAt = source.origin.startedAt
  }

  // MARK: Counting

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    totals.transition(connection, edge, at: at)
  }

  mutating func finished(_ end: ConnectionEnd) { totals.finished(end) }

  // MARK: Reading

  var wantsAgreement: Bool { true }
  var readsPrograms: Bool { true }
  /// The end comes by itself.
  var lookDue: UInt64? {
    switch daemon {
    case .some(let daemon): daemon.lookDue
    case .none: .max
    }
  }

  mutating func look(at tracker: borrowing Tracker, _ standing: Standing) {
    var snapshot = totals.read(tracker, at: standing.now, home: origin.homeNetns)
    // The clock on the wall may have been set meanwhile.
    snapshot.offsetToEpoch = isReplayed ? origin.offsetToEpoch : Monotonic.offsetToEpoch()
    snapshot.transitions = standing.transitions
    snapshot.losses = standing.losses
    // What turns out to be counted elsewhere is a gap no more; a counter that is scraped never shrinks.
    mostGaps = max(mostGaps, standing.losses.gaps)
    snapshot.losses.gaps = mostGaps
    snapshot.programs = standing.programs
    snapshot.attachments = attachments
    snapshot.attachedAt = attachedAt
    daemon?.give(snapshot)
    last = snapshot
  }

  mutating func begun(_ origin: Origin) throws {
    attachments += 1
    attachedAt = origin.startedAt
    try daemon?.begun()
  }

  mutating func beginPass(now: UInt64) { daemon?.pass(at: now) }

  mutating func takeInput() -> Wish { daemon?.takeInput() ?? .goOn }

  /// What was still awaited when it stopped has been told since the last look.
  mutating func summary(_ summary: Summary) {
    guard var last else { return }
    totals.refresh(&last)
    daemon?.finish(last)
    if let format { Exposition(last, by: report.facts).write(format, to: &text) }
  }

  /// Whether all that was to be written could be.
  var isWritten: Bool {
    switch daemon {
    case .some(let daemon): daemon.isWritten
    case .none: true
    }
  }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try body(&text)
  }
}
