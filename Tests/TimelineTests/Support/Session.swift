// SPDX-License-Identifier: Apache-2.0
import Report
import Timeline

@testable import Lifecycle

/// A run of a tracker over some talks, and what is drawn of it. Times are milliseconds since the start.
struct Session {
  var talks: [Talk] = []
  var stop: Double = 1000
  var tiers = Tiers.all
  var losses = Losses()
  /// When they were counted, where that was not at the stop.
  var lostAt: Double?
  var filter = Filter()
  var limit = 100_000

  init(_ talks: [Talk] = [], stop: Double = 1000) {
    self.talks = talks
    self.stop = stop
  }

  var run: Run {
    Run(
      startedAt: Talk.start, stoppedAt: Talk.time(stop), offsetToEpoch: 0, utcOffset: 0,
      tiers: tiers, losses: losses)
  }

  func collect() -> Collector {
    var collector = Collector(filter: filter, limit: limit, startedAt: Talk.start)
    var tracker = Tracker(startedAt: Talk.start, tiers: tiers, followsTimeWaits: true)
    tracker.apply(.word(.scanBegan, at: Talk.start), into: &collector)
    let records = talks.flatMap(\.records).enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    for record in records {
      collector.beginPass(now: record.at)
      tracker.apply(record, into: &collector)
    }
    if let lostAt {
      let at = Talk.time(lostAt)
      tracker.settle(readAt: at, losses: losses, countedAt: at, into: &collector)
    }
    let at = Talk.time(stop)
    collector.beginPass(now: at)
    tracker.settle(readAt: at, losses: losses, countedAt: at, into: &collector)
    // That they are there still is what vouches for the timers of their mini sockets.
    for name in tracker.namespacesToAsk {
      let facts = NamespaceFacts(
        inode: name.inode, cookie: 1, at: at, jiffies: at / Talk.tick, minis: tracker.ledger.count)
      tracker.compare(name, facts, facts)
    }
    tracker.finish(at: at, losses: losses, into: &collector)
    return collector
  }

  func chart(
    from: Double? = nil, to: Double? = nil, order: Chart.Order = .start
  ) -> Chart {
    let window = Talk.time(from ?? 0)...Talk.time(to ?? stop)
    return Chart(collect(), of: run, window: window, order: order)
  }

  /// All bars, by their beginning.
  func bars() -> [Bar] {
    chart().tracks.flatMap { $0.groups.flatMap(\.bars) }.sorted {
      ($0.from, $0.connection.id) < ($1.from, $1.connection.id)
    }
  }
}

extension Bar {
  /// Each phase as `ESTABLISHED 110-120`, in milliseconds since the start; `?` is unknown.
  var story: [String] {
    phases.map { phase in
      let name = phase.state.map { "\($0.name)" } ?? "?"
      return "\(name) \(ms(phase.from))-\(ms(phase.to))"
    }
  }

  private func ms(_ at: UInt64) -> Int {
    at < Talk.start ? -1 : Int((at - Talk.start) / 1_000_000)
  }
}

/// A picture as lines.
func lines(
  _ chart: Chart, width: Int = 80, isColoured: Bool = false, isUnicode: Bool = false, rows: Int = 20
) -> [String] {
  var text = Text()
  var picture = Picture(
    chart,
    Picture.Look(width: width, isColoured: isColoured, isUnicode: isUnicode, rows: rows))
  picture.write(to: &text)
  return String(decoding: text.bytes, as: UTF8.self)
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}
