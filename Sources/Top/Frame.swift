// SPDX-License-Identifier: Apache-2.0
public import Lifecycle
public import Metrics

/// All that is shown of one moment.
public struct Frame: Sendable {
  /// Nanoseconds of CLOCK_MONOTONIC.
  public var at: UInt64
  public var startedAt: UInt64
  /// What rates are taken over: since the reading before.
  public var seconds: Double
  public var transitions: UInt64
  /// Transitions a second.
  public var eventRate: Double
  public var losses: Losses
  /// Where most of the ephemeral ports are taken.
  public var fullest: PortUse?
  public var services: [Entry]
  public var owners: [Entry]
  /// Whether mini sockets are followed at all.
  public var tellsMinis = true

  /// Everything as one.
  var total: Entry {
    var row = Row()
    var rates = Rates()
    for service in services {
      row.live.add(service.row.live)
      rates.add(service.rates)
    }
    row.live.tellsMinis = tellsMinis
    return Entry(
      name: .owner(Owner(nil)), row: row, rates: rates, recent: Latencies(), fullest: fullest)
  }
}

/// What is shown of one service or process.
public struct Entry: Sendable {
  public enum Name: Hashable, Sendable {
    case service(Service)
    case owner(Owner)
  }

  public var name: Name
  /// All since the start, and what is there now.
  public var row: Row
  public var rates: Rates
  /// Of the last minute.
  public var recent: Latencies
  /// The remote with this port towards which most of the ephemeral ports are taken.
  public var fullest: PortUse?
}

/// How many a second.
public struct Rates: Equatable, Sendable {
  public var opened = 0.0
  public var failed = 0.0
  public var closed = 0.0

  init() {}

  /// A count that a later owner, or a record that is lost, has made less has not grown.
  init(_ now: Row, since earlier: Row, seconds: Double) {
    guard seconds > 0 else { return }
    func rate(_ count: (Counters) -> UInt64) -> Double {
      let (new, old) = (count(now.counters), count(earlier.counters))
      return Double(new - min(new, old)) / seconds
    }
    opened = rate(\.opened)
    failed = rate(\.failures.total)
    closed = rate(\.closes.total)
  }

  mutating func add(_ other: Rates) {
    opened += other.opened
    failed += other.failed
    closed += other.closed
  }
}
