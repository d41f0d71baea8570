// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle
internal import Report

/// A source and the tracker that listens to it: what every command that traces does between two
/// waits, and at the end.
///
/// A reading is ``beginPass()``, ``drain(into:)`` and ``settle(readAt:into:)``, in this order, so that
/// a recording of them is read again as it was.
struct Session<Source: RecordSource & ~Copyable>: ~Copyable {
  private var source: Source
  private var tracker: Tracker
  private(set) var losses = Losses()
  private(set) var countedAt: UInt64 = 0
  private var scannedAt: UInt64 = 0
  private var scanPause = Self.scanning
  private var lostAtScan: UInt64 = 0
  private var comparedAt: UInt64 = 0
  private let capacity: Int
  /// What the sources before this one have lost.
  private var lostBefore: Losses?
  /// What their programs have cost.
  private var before = Standing()
  private var hasReadLast = false
  let followsTimeWaits: Bool

  /// The namespaces' own counts are asked this often, which costs microseconds; a scan takes
  /// milliseconds, and is made only where something is amiss.
  private static var comparing: UInt64 { 1_000_000_000 }
  private static var scanning: UInt64 { 2_000_000_000 }
  private static var scanningAtLeast: UInt64 { 60_000_000_000 }

  /// - Parameter capacity: how many connections are followed at once.
  init(
    _ source: consuming Source, followsTimeWaits: Bool = false, capacity: Int = Self.usualCapacity
  ) {
    tracker = Tracker(source.origin, followsTimeWaits: followsTimeWaits, capacity: capacity)
    self.source = source
    self.followsTimeWaits = followsTimeWaits
    self.capacity = capacity
  }

  /// 162 bytes each, where there are as many.
  static var usualCapacity: Int { 262_144 }

  var origin: Origin { source.origin }
  var notes: [String] { source.notes }
  var isReplayed: Bool { source.isReplayed }
  var isReading: Bool { source.isReading }
  var introduction: String { source.introduction }
  var progress: Progress? { source.progress }
  var missing: Missing? { source.missing }
  var hasUnsettled: Bool { tracker.hasUnsettled }
  var lossDetail: [String] { source.lossDetail }

  func now() -> UInt64 { source.now() }

  mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake {
    try source.wait(until: deadline)
  }

  /// Takes in what was there before.
  mutating func scan(into sink: inout some FactSink & ~Copyable) {
    guard source.origin.tiers.contains(.scans) else { return }
    source.scan { tracker.apply($0, into: &sink) }
    scannedAt = source.now()
    lostAtScan = lostOfScans
  }

  /// Scans once more where no record tells what there is: records were lost, or a count differs. To be
  /// called within a reading, now and then also where nothing happens.
  mutating func rescan(into sink: inout some FactSink & ~Copyable) {
    let isAmiss = lostOfScans > lostAtScan || tracker.hasMissed || tracker.hasDrifted
    if !isAmiss {
      scanPause = Self.scanning
    } else if source.now() >= scannedAt + scanPause {
      scan(into: &sink)
      // What a scan does not mend, as in a namespace that cannot be entered, is not worth many.
      scanPause = min(scanPause * 2, Self.scanningAtLeast)
    }
  }

  /// What a scan can find again: connections, and who listens.
  private var lostOfScans: UInt64 { losses.transitions + losses.owners }

  /// Whether the namespaces' own counts are to be asked.
  var isComparisonDue: Bool {
    followsTimeWaits && source.now() >= comparedAt + Self.comparing
  }

  /// Asks the namespaces for the kernel's own counts of mini sockets, before a reading and, as it is
  /// settled, after it: at some moment between the two, our count was what theirs is. A recording tells
  /// by itself what was asked.
  mutating func ask() -> [Comparison] {
    comparedAt = source.now()
    return source.ask(tracker.namespacesToAsk)
  }

  /// Whether our count of mini sockets differs from the kernel's: a timer that is due may be late.
  var isDrifting: Bool { tracker.isDrifting }

  /// What waits in TIME_WAIT, as of the last reading.
  func census(matching filter: Filter) -> TimeWaitCensus {
    tracker.census(at: countedAt, matching: filter)
  }

  /// When what waits in a namespace will go, as of the last reading.
  func forecasts(in netns: UInt32) -> [TimeWaitForecast] { tracker.forecasts(in: netns) }

  /// Has a view look at what there is, as of the last reading.
  func show(_ view: inout some View & ~Copyable) {
    var standing = before
    standing.now = countedAt
    standing.transitions = tracker.transitions
    standing.losses = losses
    if view.readsPrograms { standing.add(source.programs) }
    view.look(at: tracker, standing)
  }

  /// Begins a reading, and gives the time before it.
  mutating func beginPass() -> UInt64 { source.beginPass() }

  /// Takes in every record that is there, and returns how many there were.
  @discardableResult
  mutating func drain(into sink: inout some FactSink & ~Copyable) -> Int {
    source.drain { tracker.apply($0, into: &sink) }
  }

  /// Ends a reading: counts what was lost, and then tells what has ended.
  ///
  /// - Parameters:
  ///   - readAt: the time before the reading.
  ///   - asked: what namespaces said before it.
  mutating func settle(
    readAt: UInt64, _ asked: [Comparison] = [], into sink: inout some FactSink & ~Copyable
  ) {
    countLosses()
    tracker.settle(readAt: readAt, losses: losses, countedAt: countedAt, into: &sink)
    for answer in source.compare(asked) {
      tracker.compare(
        answer.name, source.origin.isWhole ? answer.before : nil, answer.after)
    }
  }

  /// Stops the source, and begins the last reading.
  mutating func stop() -> UInt64 {
    source.stop()
    return beginPass()
  }

  /// Ends the last reading, and tells what has ended: a look at what there is can come after it.
  mutating func readLast(readAt: UInt64, into sink: inout some FactSink & ~Copyable) {
    drain(into: &sink)
    settle(readAt: readAt, into: &sink)
    hasReadLast = true
  }

  /// Goes on with a source that begins anew, and with all that is known.
  ///
  /// Both tell for a moment; what was until now is the old one's to tell.
  ///
  /// - Returns: whether there was one to go on with.
  mutating func renew(into sink: inout some FactSink & ~Copyable) throws(Refusal) -> Bool {
    guard var next = try source.successor() else { return false }
    let seam = next.now()
    _ = stop()
    _ = source.drain { if $0.at < seam { tracker.apply($0, into: &sink) } }
    countLosses()
    before.add(source.programs)
    lostBefore = losses.carried(duplicates: tracker.duplicates)
    tracker.goOn(with: next.origin.tiers, from: seam)
    _ = next.drain { if $0.at >= seam { tracker.apply($0, into: &sink) } }
    source = next
    scanPause = Self.scanning
    scan(into: &sink)
    return true
  }

  /// Ends the last reading, and tells everything that is still known.
  mutating func finish(into sink: inout some FactSink & ~Copyable) -> Summary {
    if !hasReadLast {
      drain(into: &sink)
      countLosses()
    }
    tracker.finish(at: countedAt, losses: losses, into: &sink)
    return Summary(
      transitions: tracker.transitions, connections: tracker.reported, losses: losses)
  }

  private mutating func countLosses() {
    let count = source.endPass()
    var counted = count.losses
    if let lostBefore { counted.add(lostBefore) }
    losses.advance(to: counted, duplicates: tracker.duplicates)
    losses.takeOver(from: tracker)
    countedAt = count.at
  }
}

extension Tracker {
  init(_ origin: Origin, followsTimeWaits: Bool, capacity: Int) {
    self.init(
      startedAt: origin.startedAt, tiers: origin.tiers, tick: origin.tick, capacity: capacity,
      followsTimeWaits: followsTimeWaits)
  }
}
