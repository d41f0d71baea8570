// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Glibc
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
  mutating func look(at tracker: borrowing Tracker, losses: Losses, now: UInt64)
  /// Something waits at a descriptor that the source was told to watch. Returns whether to go on.
  mutating func takeInput() -> Bool
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
  mutating func look(at tracker: borrowing Tracker, losses: Losses, now: UInt64) {}
  mutating func takeInput() -> Bool { true }
  mutating func linger(_ output: Output) {}
  var ownsTerminal: Bool { false }
}

/// One run of a command that watches: from the source through the tracker to a view, until the end
/// of its time, a signal, or the reader's leaving.
struct Watch<Source: RecordSource & ~Copyable>: ~Copyable {
  private var session: Session<Source>
  private let output: Output
  private let deadline: UInt64?
  private let isVerbose: Bool
  private var told = Losses()
  private var toldAt: UInt64 = 0
  private var progressBar: ProgressBar
  private var censusAttempts = 0
  private var censusRetryAt: UInt64 = 0

  private static var lossLineInterval: UInt64 { 1_000_000_000 }
  private static var quietInterval: UInt64 { 1_000_000_000 }

  init(
    _ source: consuming Source, output: Output, duration: Double?, isVerbose: Bool,
    followsTimeWaits: Bool = false
  ) {
    session = Session(source, followsTimeWaits: followsTimeWaits)
    let startedAt = session.origin.startedAt
    deadline = duration.map { startedAt + UInt64($0 * 1e9) }
    self.output = output
    progressBar = ProgressBar(stdoutIsTerminal: output.isTerminal)
    self.isVerbose = isVerbose
  }

  mutating func run(_ view: inout some View & ~Copyable) throws {
    session.begin(isVerbose: isVerbose, into: &view)
    var wake = Wake.records
    do {
      while wake == .records { wake = try pass(&view) }
    } catch Output.Failure.closed {
      return
    } catch let failure as Output.Failure {
      finish(&view, after: .signal)
      return try raise(failure)
    } catch {
      // The source has failed, as a recording does on a full disk: what is known is still told.
      finish(&view, after: .signal)
      try? view.withText(output.write)
      throw error
    }
    finish(&view, after: wake)
    do throws(Output.Failure) {
      try view.withText(output.write)
    } catch {
      try raise(error)
    }
    guard let missing = session.missing else { return }
    Diagnostics.write(missing.sentence)
    if missing.isDamage { throw ExitCode(ExitStatus.failed) }
  }

  /// A reader that has gone, or does not read though we are to stop, ends the run quietly.
  private func raise(_ failure: Output.Failure) throws {
    if case .failed(let number) = failure {
      throw SystemError("writing to \(output.name)", number)
    }
  }

  private mutating func pass(_ view: inout some View & ~Copyable) throws -> Wake {
    // A recording comes to it by itself.
    let census = session.isReplayed ? nil : view.censusDue.map { max($0, censusRetryAt) }
    let look = session.isReplayed ? nil : view.lookDue
    var wake = try session.wait(until: [deadline, census, look].compactMap(\.self).min())
    if wake == .end { return wake }
    if wake == .deadline, deadline.map({ session.now() < $0 }) ?? true { wake = .records }
    if wake == .input { wake = view.takeInput() ? .records : .signal }
    try read(&view)
    try write(&view)
    if !view.ownsTerminal { progressBar.update(session.progress) }
    return wake
  }

  private mutating func write(_ view: inout some View & ~Copyable) throws {
    let output = output
    try view.withText { (text: inout Text) throws(Output.Failure) in
      if output.isTerminal, text.count > 0 { progressBar.clear() }
      try output.write(&text)
    }
  }

  /// One reading, and what comes of it.
  private mutating func read(_ view: inout some View & ~Copyable) throws {
    let isCensusDue = isCensusDue(view)
    let isLookDue = view.lookDue.map { session.now() >= $0 } ?? false
    let asked = isCensusDue || session.isComparisonDue ? session.ask() : []
    let readAt = session.beginPass()
    view.beginPass(now: readAt)
    let count = try drain(&view)
    session.rescan(into: &view)
    // On a quiet host there is nothing to settle, and the counters are asked now and then. Time alone may
    // have ended something, which is told of without a record.
    if count == 0, asked.isEmpty, !isCensusDue, !isLookDue, !session.isReplayed,
      !session.hasUnsettled,
      readAt < session.countedAt + Self.quietInterval
    {
      return
    }
    if output.isTerminal { view.resize(output.width) }
    session.settle(readAt: readAt, asked, into: &view)
    tellLosses(&view)
    takeCensus(&view)
    if let due = view.lookDue, session.countedAt >= due { session.show(&view) }
  }

  /// Takes in all of a reading, which may be so long that it is written meanwhile.
  private mutating func drain(_ view: inout some View & ~Copyable) throws -> Int {
    var count = session.drain(into: &view)
    while session.isReading {
      try write(&view)
      count += session.drain(into: &view)
    }
    return count
  }

  /// Losses are told as they come, but not more often than a person can read.
  private mutating func tellLosses(_ view: inout some View & ~Copyable) {
    let (losses, now) = (session.losses, session.countedAt)
    guard losses != told, now >= toldAt + Self.lossLineInterval else { return }
    var parts: [String] = []
    for (new, old) in zip(losses.stages, told.stages) where new.count > old.count {
      view.lost(new.name, new.count - old.count)
      parts.append("\(new.name) \(new.count - old.count)")
    }
    if !parts.isEmpty {
      progressBar.clear()
      Diagnostics.write("lost records: " + parts.joined(separator: ", "))
    }
    told = losses
    toldAt = now
  }

  private func isCensusDue(_ view: borrowing some View & ~Copyable) -> Bool {
    view.censusDue.map { session.now() >= $0 } ?? false
  }

  /// Counts what waits, after a reading; where our count differs from the kernel's, some readings later.
  private mutating func takeCensus(_ view: inout some View & ~Copyable) {
    guard let due = view.censusDue, session.countedAt >= due, let filter = view.censusFilter
    else { return }
    if session.isDrifting, censusAttempts < Self.mostAttempts {
      censusAttempts += 1
      censusRetryAt = session.now() + Self.retryInterval
      return
    }
    censusAttempts = 0
    view.census(session.census(matching: filter))
  }

  private static var mostAttempts: Int { 4 }
  private static var retryInterval: UInt64 { 20_000_000 }

  /// - Parameter wake: why there is nothing more.
  private mutating func finish(_ view: inout some View & ~Copyable, after wake: Wake) {
    progressBar.clear()
    reconcile(&view)
    if let filter = view.censusFilter { view.census(session.census(matching: filter)) }
    let readAt = session.stop()
    view.beginPass(now: readAt)
    _ = try? drain(&view)
    if view.lookDue != nil {
      session.readLast(readAt: readAt, into: &view)
      session.show(&view)
      if wake == .end { view.linger(output) }
    }
    let summary = session.finish(into: &view)
    toldAt = 0
    tellLosses(&view)
    if isVerbose { for line in session.lossDetail { Diagnostics.write("lost in \(line)") } }
    view.summary(summary)
    Diagnostics.write("summary \(summary.sentence)")
  }
}

extension Watch where Source: ~Copyable {
  /// Holds the ledger of mini sockets against the kernel's counts once more before the end.
  private mutating func reconcile(_ view: inout some View & ~Copyable) {
    guard session.followsTimeWaits else { return }
    for _ in 0..<Self.mostAttempts {
      let asked = session.ask()
      // A recording has it in its own readings.
      if asked.isEmpty { return }
      let readAt = session.beginPass()
      view.beginPass(now: readAt)
      session.drain(into: &view)
      session.settle(readAt: readAt, asked, into: &view)
      tellLosses(&view)
      if !session.isDrifting { return }
      _ = try? session.wait(until: session.now() + Self.retryInterval)
    }
  }
}

extension Session where Source: ~Copyable {
  /// Takes in what was there before, and says that from here on everything is told.
  mutating func begin(isVerbose: Bool, into sink: inout some FactSink & ~Copyable) {
    scan(into: &sink)
    if isVerbose { for note in notes { Diagnostics.write(note) } }
    Diagnostics.write(introduction)
  }
}
