// SPDX-License-Identifier: Apache-2.0

/// The upper bounds of a histogram's buckets, in nanoseconds, lowest first. Each holds what is at most
/// its bound and more than the one before, as `le` has it; what is beyond the last is in one more.
public protocol Scale: Equatable, Sendable {
  static var bounds: [UInt64] { get }
}

/// From what loopback takes to what a SYN that is sent again takes: those leave after 1, 3, 7, 15, 31
/// and 63 seconds (RFC 6298 §2), or, with `net.ipv4.tcp_syn_linear_timeouts` (Linux 6.5), after each of
/// the first five seconds and then 7 and more. A timer is never early: what was sent again once took
/// more than the second.
public enum HandshakeScale: Scale {
  public static let bounds: [UInt64] = [
    10_000, 20_000, 50_000,
    100_000, 200_000, 500_000,
    1_000_000, 2_000_000, 5_000_000,
    10_000_000, 20_000_000, 50_000_000,
    100_000_000, 200_000_000, 500_000_000,
    1_000_000_000, 2_000_000_000, 3_000_000_000, 4_000_000_000, 5_000_000_000,
    7_000_000_000, 15_000_000_000, 31_000_000_000, 63_000_000_000, 127_000_000_000,
  ]
}

/// From a request's time on loopback to a day.
public enum LifetimeScale: Scale {
  public static let bounds: [UInt64] = [
    100_000, 1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000, 500_000_000,
    1_000_000_000, 5_000_000_000, 15_000_000_000, 60_000_000_000, 300_000_000_000,
    900_000_000_000, 3_600_000_000_000, 14_400_000_000_000, 86_400_000_000_000,
  ]
}

/// A histogram with the fixed bounds of a scale, to be scraped: counts are exact at each of them.
public struct Buckets<Bounds: Scale>: Distribution {
  /// One for each bound, and one beyond. Empty while there is nothing.
  private var counts: [UInt64] = []
  public private(set) var count: UInt64 = 0
  /// Of all values, in nanoseconds; it wraps after 584 years of them.
  public private(set) var sum: UInt64 = 0

  public init() {}

  public mutating func add(_ value: UInt64) {
    fill()
    counts[Self.index(of: value)] += 1
    count += 1
    sum &+= value
  }

  public mutating func add(_ other: Self) {
    guard other.count > 0 else { return }
    fill()
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
    sum &+= other.sum
  }

  /// How many values are at most each bound, lowest first. What is beyond the last is only in `count`.
  public var cumulative: [(bound: UInt64, count: UInt64)] {
    var total: UInt64 = 0
    return Bounds.bounds.enumerated().map { index, bound in
      if !counts.isEmpty { total += counts[index] }
      return (bound, total)
    }
  }

  private mutating func fill() {
    if counts.isEmpty { counts = Array(repeating: 0, count: Bounds.bounds.count + 1) }
  }

  /// Halving: five comparisons for any value.
  private static func index(of value: UInt64) -> Int {
    let bounds = Bounds.bounds
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
