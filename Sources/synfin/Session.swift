// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle
internal import Report

/// A source and the tracker that listens to it: what every command that traces does between two
/// waits, and at the end.
struct Session<Source: RecordSource & ~Copyable>: ~Copyable {
  private var source: Source
  private var tracker: Tracker
  private(set) var losses = Losses()
  private(set) var countedAt: UInt64 = 0
  private var scannedAt: UInt64 = 0
  private var scanPause = Self.scanning
  private var lostAtScan: UInt64 = 0
  private var comparedAt: UInt64 = 0
  private let followsTimeWaits: Bool
  /// Whether all mini sockets of a namespace are told of, so that the kernel's count is theirs.
  private let isWhole: Bool

  /// The namespaces' own counts are asked this often, which costs microseconds; a scan takes
  /// milliseconds, and is made only where something is amiss.
  private static var comparing: UInt64 { 1_000_000_000 }
  private static var scanning: UInt64 { 2_000_000_000 }
  private static var scanningAtLeast: UInt64 { 60_000_000_000 }

  init(_ source: consuming Source, followsTimeWaits: Bool = false, isWhole: Bool = true) {
    tracker = Tracker(
      startedAt: source.startedAt, tiers: source.tiers, tick: source.tick,
      followsTimeWaits: followsTimeWaits)
    self.source = source
    self.followsTimeWaits = followsTimeWaits
    self.isWhole = isWhole
  }

  var startedAt: UInt64 { source.startedAt }
  var tiers: Tiers { source.tiers }
  var notes: [String] { source.notes }
  var hasUnsettled: Bool { tracker.hasUnsettled }
  var lossDetail: [String] { source.lossDetail }

  /// Takes in what is there: at the beginning, and where records were lost since.
  mutating func scan(into sink: inout some FactSink & ~Copyable) {
    guard source.tiers.contains(.scans) else { return }
    tracker.beginScan()
    source.scan { tracker.apply($0, into: &sink) }
    tracker.finishScan()
    scannedAt = source.now()
    lostAtScan = lostOfScans
  }

  /// Looks after what no record tells: ends that were lost, mini sockets that went unseen. To be called
  /// now and then, also where nothing happens.
  mutating func attend(into sink: inout some FactSink & ~Copyable) {
    let now = source.now()
    if followsTimeWaits, now >= comparedAt + Self.comparing { compare(into: &sink) }
    let isAmiss =
      lostOfScans > lostAtScan || tracker.hasMissed || tracker.hasDrifted
    if !isAmiss {
      scanPause = Self.scanning
    } else if now >= scannedAt + scanPause {
      scan(into: &sink)
      // What a scan does not mend, as in a namespace that cannot be entered, is not worth many.
      scanPause = min(scanPause * 2, Self.scanningAtLeast)
    }
  }

  /// What a scan can find again: connections, and who listens.
  private var lostOfScans: UInt64 { losses.transitions + losses.owners }

  /// Holds the ledger of mini sockets against the kernel's own counts. They are asked before and after
  /// the ring is read: at some moment between the two, one was what the other is now.
  private mutating func compare(into sink: inout some FactSink & ~Copyable) {
    let names = tracker.namespacesToAsk
    let before = names.map { source.ask($0) }
    let readAt = source.now()
    drain(into: &sink)
    settle(readAt: readAt, into: &sink)
    for (name, before) in zip(names, before) {
      tracker.compare(name, isWhole ? before : nil, source.ask(name))
    }
    comparedAt = source.now()
  }

  /// What waits in TIME_WAIT now, held against the kernel's counts.
  mutating func census(
    matching filter: Filter, into sink: inout some FactSink & ~Copyable
  ) -> TimeWaitCensus {
    for _ in 0..<Self.attempts {
      compare(into: &sink)
      if !tracker.isDrifting { break }
      // A timer that is due may be late.
      _ = try? source.wait(until: source.now() + 20_000_000)
    }
    return tracker.census(at: source.now(), matching: filter)
  }

  private static var attempts: Int { 4 }

  func now() -> UInt64 { source.now() }

  mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake {
    try source.wait(until: deadline)
  }

  /// Takes in every record that is there, and returns how many there were.
  @discardableResult
  mutating func drain(into sink: inout some FactSink & ~Copyable) -> Int {
    source.drain { tracker.apply($0, into: &sink) }
  }

  /// Counts what was lost, and then tells what has ended.
  ///
  /// - Parameter readAt: the time before the last `drain`.
  mutating func settle(readAt: UInt64, into sink: inout some FactSink & ~Copyable) {
    countLosses()
    tracker.settle(readAt: readAt, losses: losses, countedAt: countedAt, into: &sink)
  }

  /// Stops the source and tells everything that is still known.
  mutating func finish(into sink: inout some FactSink & ~Copyable) -> Summary {
    if followsTimeWaits { compare(into: &sink) }
    source.stop()
    drain(into: &sink)
    countLosses()
    tracker.finish(at: countedAt, losses: losses, into: &sink)
    return Summary(
      transitions: tracker.transitions, connections: tracker.reported, losses: losses)
  }

  private mutating func countLosses() {
    losses = source.losses(duplicates: tracker.duplicates)
    losses.takeOver(from: tracker)
    countedAt = source.now()
  }
}
