// SPDX-License-Identifier: Apache-2.0
public import Metrics

/// The readings so far, as far as the last is compared with them: with the one before for rates, and
/// with one of a minute ago for latencies.
public struct History: Sendable {
  private var last: Reading?
  private var previous: Reading?
  /// Oldest first.
  private var samples: [Sample] = []

  /// Latencies are those of about the last minute, in nanoseconds, in steps of ten seconds.
  private static let window: UInt64 = 60_000_000_000
  private static let spacing: UInt64 = 10_000_000_000

  /// The latencies of everything that had been opened at one moment.
  private struct Sample {
    let at: UInt64
    let services: [Service: Latencies]
    let owners: [Owner: Latencies]
  }

  public init() {}

  public mutating func add(_ reading: Reading) {
    previous = last
    last = reading
    if samples.last.map({ reading.at >= $0.at + Self.spacing }) ?? true {
      samples.append(
        Sample(
          at: reading.at, services: reading.services.mapValues { Latencies($0.counters) },
          owners: reading.owners.mapValues { Latencies($0.counters) }))
    }
    while samples.count > 1, samples[1].at + Self.window <= reading.at { samples.removeFirst() }
  }

  /// What the last reading says, and how it differs from those before.
  public var frame: Frame? {
    guard let last else { return nil }
    // A run of less than a minute is compared with its beginning, when there was nothing.
    let sample = samples.first.flatMap { $0.at + Self.window <= last.at ? $0 : nil }
    let since = min(previous?.at ?? last.startedAt, last.at)
    let seconds = Double(last.at - since) / 1e9
    let events = last.transitions - min(previous?.transitions ?? 0, last.transitions)
    let services = Self.compare(last.services, previous?.services, sample?.services, seconds) {
      (.service($0), $0.role == .client ? $0.port.flatMap { last.fullest[$0] } : nil)
    }
    let owners = Self.compare(last.owners, previous?.owners, sample?.owners, seconds) {
      (.owner($0), nil)
    }
    return Frame(
      at: last.at, startedAt: last.startedAt, seconds: seconds, transitions: last.transitions,
      eventRate: seconds > 0 ? Double(events) / seconds : 0, losses: last.losses,
      fullest: last.fullest.values.max { $1.isFuller(than: $0) }, services: services,
      owners: owners, tellsMinis: last.tellsMinis)
  }

  private static func compare<Key: Subject>(
    _ now: [Key: Row], _ previous: [Key: Row]?, _ sample: [Key: Latencies]?, _ seconds: Double,
    _ name: (Key) -> (Entry.Name, PortUse?)
  ) -> [Entry] {
    let before = regrouped(previous, as: now) { $0.add($1) }
    let minute = regrouped(sample, as: now) { $0.add($1) }
    return now.map { key, row in
      let (name, use) = name(key)
      let recent = Latencies(row.counters)
      return Entry(
        name: name, row: row, rates: Rates(row, since: before[key] ?? Row(), seconds: seconds),
        recent: minute[key].map(recent.since) ?? recent, fullest: use)
    }
  }

  /// What had a row then and has none now is part of those that have none.
  private static func regrouped<Key: Subject, Value>(
    _ earlier: [Key: Value]?, as now: [Key: Row], _ add: (inout Value, Value) -> Void
  ) -> [Key: Value] {
    guard let earlier, earlier.keys.contains(where: { now[$0] == nil }) else {
      return earlier ?? [:]
    }
    var grouped: [Key: Value] = [:]
    for (key, value) in earlier {
      let key = now[key] == nil ? key.other : key
      var sum = value
      if let known = grouped[key] { add(&sum, known) }
      grouped[key] = sum
    }
    return grouped
  }
}
