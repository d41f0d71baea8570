// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

/// A tracker that follows TIME_WAITs, and what it tells.
final class Follower {
  var tracker: Tracker
  var collector = Collector()
  var losses = Losses()

  init(tiers: Tiers = .all, startedAt: UInt64 = 0, capacity: Int = 262_144) {
    tracker = Tracker(
      startedAt: startedAt, tiers: tiers, tick: Script.tick, capacity: capacity,
      followsTimeWaits: true)
    // The clock is as good as it gets: a jiffy has just begun.
    tracker.ledger.clock.note(Script.jiffies(at: 0), at: 0)
  }

  var ends: [ConnectionEnd] { collector.ends }
  var timeWaits: [TimeWaitEnd] { collector.timeWaits }
  var causes: [TimeWaitEnd.Cause] { collector.timeWaits.map(\.cause) }

  var live: Int { tracker.live }
  var gaps: UInt64 { tracker.gaps }
  var refused: UInt64 { tracker.refused }
  var hasMissed: Bool { tracker.hasMissed }
  var isDrifting: Bool { tracker.isDrifting }
  var hasDrifted: Bool { tracker.hasDrifted }
  /// Mini sockets that are followed now.
  var minis: Int { tracker.ledger.count }
  var refusedMinis: UInt64 { tracker.ledger.refused }
  var namespaces: [NamespaceName] { tracker.namespacesToAsk }

  /// The connection that a socket carries.
  func connection(_ socket: UInt64) -> Connection? {
    tracker.slot(of: socket).map { tracker.connections[$0] }
  }

  func finish(at time: UInt64) {
    tracker.finish(at: time, losses: losses, into: &collector)
  }

  /// Takes in what a script has written, and empties it.
  func take(_ script: inout Script) {
    take(script.records)
    script.records = []
  }

  func take(_ records: [Record]) {
    for record in records { tracker.apply(record, into: &collector) }
  }

  func settle(at time: UInt64) {
    tracker.settle(readAt: time, losses: losses, countedAt: time, into: &collector)
  }

  /// What a namespace says of itself, before and after the ring was read.
  func compare(
    at time: UInt64, minis: Int? = nil, cookie: UInt64 = 1, isUsed: Bool = true,
    name: NamespaceName = Script.name, inode: UInt32? = nil
  ) {
    var facts = NamespaceFacts(
      inode: inode ?? name.inode, cookie: cookie, at: time, jiffies: Script.jiffies(at: time),
      isUsed: isUsed, minis: minis, limit: 65_536)
    facts.ports = 32768...60999
    tracker.compare(name, facts, facts)
  }

  /// Settles, hears that the namespace is still there, and settles again.
  func confirm(at time: UInt64) {
    settle(at: time)
    compare(at: time, minis: minis)
    settle(at: time)
  }

  /// Scans; a script tells what is found.
  func scan(_ script: inout Script, _ body: (inout Script) -> Void = { _ in }) {
    take(&script)
    tracker.beginScan()
    body(&script)
    script.scanned()
    take(&script)
    tracker.finishScan()
  }
}
