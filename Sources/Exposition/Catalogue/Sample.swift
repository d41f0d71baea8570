// SPDX-License-Identifier: Apache-2.0
internal import Metrics

/// One series of a family: the values of its labels, in the family's order, and what it is at.
struct Sample {
  var labels: [Label]
  var value: Value
  /// When counting began, in CLOCK_MONOTONIC; `nil` where that is not told. Of no meaning for a gauge.
  var since: UInt64?

  init(_ labels: Label..., value: Value, since: UInt64? = nil) {
    self.labels = labels
    self.value = value
    self.since = since
  }

  enum Label {
    case word(StaticString)
    case number(UInt16)
    /// What somebody else has named.
    case text(String)

    /// A port, or all those that have no place of their own.
    static func port(_ port: UInt16?) -> Label { port.map(Label.number) ?? .word("other") }
    static func role(_ role: Role) -> Label { .word(role.name) }
  }

  /// Numbers as they are: none goes through floating point on its way to the text.
  enum Value {
    case count(UInt64)
    /// Of two counts, which may be less than nothing.
    case difference(Int)
    /// Seconds in nanoseconds, and shares of a whole in billionths.
    case billionths(UInt64)
    case distribution(Distribution)
  }

  /// A histogram, in nanoseconds.
  struct Distribution {
    var buckets: [(bound: UInt64, count: UInt64)]
    var count: UInt64
    var sum: UInt64

    init<Bounds: Scale>(_ buckets: Buckets<Bounds>) {
      self.buckets = buckets.cumulative
      count = buckets.count
      sum = buckets.sum
    }
  }
}

extension Sample {
  /// What is told of a service, and perhaps of one word of it.
  init(_ row: ServiceEntry, _ words: StaticString..., value: Value) {
    labels = [.role(row.service.role), .port(row.service.port)] + words.map(Label.word)
    self.value = value
    since = row.told.since
  }

  /// `nil` where there has not been a single value: two dozen series would say nothing.
  init?<Bounds: Scale>(_ row: ServiceEntry, _ buckets: Buckets<Bounds>) {
    guard buckets.count > 0 else { return nil }
    self.init(row, value: .distribution(Distribution(buckets)))
  }
}

extension Sample.Value {
  static func count(_ number: Int) -> Self { .count(UInt64(max(0, number))) }

  /// A share of a whole that has been divided already.
  static func share(_ part: Double) -> Self {
    .billionths(part > 0 ? UInt64((min(part, 1e9) * 1e9).rounded()) : 0)
  }
}
