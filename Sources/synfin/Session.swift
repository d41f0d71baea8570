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

  init(_ source: consuming Source) {
    tracker = Tracker(startedAt: source.startedAt, tiers: source.tiers, tick: source.tick)
    self.source = source
  }

  var startedAt: UInt64 { source.startedAt }
  var hasUnsettled: Bool { tracker.hasUnsettled }
  var lossDetail: [String] { source.lossDetail }

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
