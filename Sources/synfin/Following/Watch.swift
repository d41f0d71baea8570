// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Glibc
internal import Lifecycle
internal import Report

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
  private var agreement = Agreement()

  private static var lossLineInterval: UInt64 { 1_000_000_000 }
  private static var quietInterval: UInt64 { 1_000_000_000 }

  init(
    _ source: consuming Source, output: Output, duration: Double?, isVerbose: Bool,
    followsTimeWaits: Bool = false, capacity: Int = Session<Source>.usualCapacity
  ) {
    session = Session(source, followsTimeWaits: followsTimeWaits, capacity: capacity)
    let startedAt = session.origin.startedAt
    deadline = duration.map { startedAt + UInt64($0 * 1e9) }
    self.output = output
    progressBar = ProgressBar(stdoutIsTerminal: output.isTerminal)
    self.isVerbose = isVerbose
  }

  mutating func run(_ view: inout some View & ~Copyable) throws {
    session.begin(isVerbose: isVerbose, into: &view)
    try view.begun(session.origin)
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
    let census = session.isReplayed ? nil : view.censusDue.map { max($0, agreement.retryAt) }
    let look = session.isReplayed ? nil : lookDue(view)
    var wake = try session.wait(until: [deadline, census, look].compactMap(\.self).min())
    if wake == .end { return wake }
    if wake == .deadline, deadline.map({ session.now() < $0 }) ?? true { wake = .records }
    if wake == .input { wake = try takeInput(&view) }
    try read(&view)
    try write(&view)
    if !view.ownsTerminal { progressBar.update(session.progress) }
    return wake
  }

  private mutating func takeInput(_ view: inout some View & ~Copyable) throws -> Wake {
    switch view.takeInput() {
    case .goOn: return .records
    case .stop: return .signal
    case .renew:
      if renew(&view) { try view.begun(session.origin) }
      return .records
    }
  }

  private mutating func renew(_ view: inout some View & ~Copyable) -> Bool {
    do throws(Refusal) {
      guard try session.renew(into: &view) else {
        Diagnostics.write("what is recorded goes on as it is: it is not attached anew")
        return false
      }
      Diagnostics.write("begun anew: \(session.introduction)")
      return true
    } catch {
      Diagnostics.write("\(error.sentence); going on with what is attached")
      return false
    }
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
    let isLookDue = lookDue(view).map { session.now() >= $0 } ?? false
    let isAsked = isCensusDue || isLookDue && view.wantsAgreement || session.isComparisonDue
    let asked = isAsked ? session.ask() : []
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
    takeLook(&view)
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
    guard agreement.isReached(unless: session.isDrifting, at: session.now()) else { return }
    view.census(session.census(matching: filter))
  }

  private func lookDue(_ view: borrowing some View & ~Copyable) -> UInt64? {
    view.lookDue.map { view.wantsAgreement ? max($0, agreement.retryAt) : $0 }
  }

  private mutating func takeLook(_ view: inout some View & ~Copyable) {
    guard let due = lookDue(view), session.countedAt >= due else { return }
    let isDrifting = view.wantsAgreement && session.isDrifting
    guard agreement.isReached(unless: isDrifting, at: session.now()) else { return }
    session.show(&view)
  }

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
    for _ in 0..<Agreement.mostAttempts {
      let asked = session.ask()
      // A recording has it in its own readings.
      if asked.isEmpty { return }
      let readAt = session.beginPass()
      view.beginPass(now: readAt)
      session.drain(into: &view)
      session.settle(readAt: readAt, asked, into: &view)
      tellLosses(&view)
      if !session.isDrifting { return }
      _ = try? session.wait(until: session.now() + Agreement.retryInterval)
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
