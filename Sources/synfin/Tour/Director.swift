// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Report
internal import Tour

/// Plays cases under a tracer, one after the other, and puts their evidence together.
struct Director: ~Copyable {
  private var session: Session<LiveSource>
  /// Whether a case may take all the time that it can take.
  private let isFull: Bool

  /// How long an end may take to be told that is over already.
  private static var patience: UInt64 { 5_000_000_000 }

  init(_ source: consuming LiveSource, isVerbose: Bool, isFull: Bool = false) {
    session = Session(source, followsTimeWaits: true)
    self.isFull = isFull
    var nobody = Told { _ in false }
    session.begin(isVerbose: isVerbose, into: &nobody)
  }

  /// Plays all cases of these questions, and tells of each when it is over.
  mutating func play(
    _ questions: [Question], _ telling: inout some Telling & ~Copyable, to output: Output
  ) throws -> [Account] {
    var accounts: [Account] = []
    for question in questions {
      var account = Account(question)
      telling.begin(question)
      for played in question.cases {
        let performance = try play(played, of: question)
        account.add(performance)
        telling.tell(performance)
        try telling.withText(output.write)
      }
      telling.end(account)
      try telling.withText(output.write)
      accounts.append(account)
    }
    telling.end(accounts)
    try telling.withText(output.write)
    return accounts
  }

  private mutating func play(_ played: Case, of question: Question) throws -> Performance {
    do {
      return try perform(played, of: question, over: try Self.link(for: played.place))
    } catch let interruption as Interrupted {
      throw interruption
    } catch {
      return Performance(question.number, played, notPlayed: "\(error)")
    }
  }

  private static func link(for place: Case.Place) throws -> Link {
    switch place {
    case .wire: return try Link(.wire, isPrompt: true)
    case .loopback: return try Link(.loopback)
    case .either: return try (try? Link(.wire, isPrompt: true)) ?? Link(.loopback)
    }
  }

  mutating func perform(
    _ played: Case, of question: Question, over link: Link
  ) throws -> Performance {
    let ours = [link.client.inode, link.server.inode]
    var told = Told(since: session.now()) { ours.contains(UInt64($0)) }
    var log = Log(isFull: isFull)
    let lostBefore = session.losses.total
    do {
      let judge = try played.play(link, &log)
      try listen(&told, until: log, isShared: link.isShared)
      var evidence = evidence(link, log, told, lostBefore)
      evidence.facts += played.facts(evidence)
      return Performance(
        question.number, played, evidence.narrowed(to: log.shown), judge(evidence))
    } catch let failure as NeverCame {
      try listen(&told, until: nil, isShared: link.isShared)
      let evidence = evidence(link, log, told, lostBefore)
      return Performance(
        question.number, played, evidence.narrowed(to: log.shown), [], unmet: "\(failure)")
    }
  }

  private func evidence(
    _ link: Link, _ log: Log, _ told: Told, _ lostBefore: UInt64
  ) -> Evidence {
    let netns = Set([link.client.inode, link.server.inode].map { UInt32(truncatingIfNeeded: $0) })
    return Evidence(
      link, log, told, waiting: netns.flatMap { session.forecasts(in: $0) },
      tick: session.origin.tick, tiers: session.origin.tiers,
      lost: session.losses.total - lostBefore)
  }

  /// Takes in what has waited in the ring, until all ends are told that are over.
  private mutating func listen(_ told: inout Told, until log: Log?, isShared: Bool) throws {
    let deadline = session.now() + Self.patience + (log?.patience ?? 0)
    repeat {
      // Only a namespace that is still there proves that a timer has fired in it.
      let asked = session.isComparisonDue ? session.ask() : []
      // The ends are told when it is settled that nothing more can change them.
      let readAt = session.beginPass()
      session.drain(into: &told)
      session.settle(readAt: readAt, asked, into: &told)
      let count = told.ends(of: isShared ? log?.followed ?? [] : nil)
      if count >= log?.ends ?? 0, log?.isTold(told) ?? true { return }
      if try session.wait(until: deadline) == .signal { throw Interrupted() }
    } while session.now() < deadline
  }

  /// Ends it, and says what it came to.
  mutating func end() {
    var rest = Told { _ in false }
    _ = session.stop()
    Diagnostics.write("summary \(session.finish(into: &rest).sentence)")
  }
}
