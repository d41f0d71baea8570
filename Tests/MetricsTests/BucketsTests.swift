// SPDX-License-Identifier: Apache-2.0
import Metrics
import Testing

/// Values in, counts at each bound out, exact to the nanosecond.
struct BucketsTests {
  /// How many values are at most this bound.
  private func count(upTo bound: UInt64, _ values: [UInt64]) throws -> UInt64 {
    var buckets = Buckets<HandshakeScale>()
    for value in values { buckets.add(value) }
    return try #require(buckets.cumulative.first { $0.bound == bound }).count
  }

  @Test func boundsAreInOrder() {
    for bounds in [HandshakeScale.bounds, LifetimeScale.bounds] {
      #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  /// `le`: what is a bound itself is in its bucket, and one nanosecond more is not.
  @Test(arguments: HandshakeScale.bounds)
  func boundsAreInclusive(_ bound: UInt64) throws {
    #expect(try count(upTo: bound, [bound - 1, bound, bound + 1]) == 2)
  }

  @Test(arguments: LifetimeScale.bounds)
  func lifetimeBoundsAreInclusive(_ bound: UInt64) throws {
    var buckets = Buckets<LifetimeScale>()
    for value in [bound - 1, bound, bound + 1] { buckets.add(value) }
    #expect(buckets.cumulative.first { $0.bound == bound }?.count == 2)
  }

  /// A SYN that is sent again once, twice and three times: each is told from the others, as is what was
  /// answered at once, on whichever network.
  @Test func stepsOfRetransmission() throws {
    let values: [UInt64] = [90_000, 1_000_090_000, 3_000_090_000, 7_000_090_000]
    #expect(try count(upTo: 1_000_000_000, values) == 1)
    #expect(try count(upTo: 2_000_000_000, values) == 2)
    #expect(try count(upTo: 3_000_000_000, values) == 2)
    #expect(try count(upTo: 7_000_000_000, values) == 3)
    #expect(try count(upTo: 15_000_000_000, values) == 4)
  }

  @Test func microsecondsOnLoopback() throws {
    let values: [UInt64] = [8_000, 14_000, 31_000, 84_000, 160_000]
    for (index, bound) in [10_000, 20_000, 50_000, 100_000, 200_000].enumerated() {
      #expect(try count(upTo: UInt64(bound), values) == UInt64(index + 1))
    }
  }

  @Test func extremes() throws {
    var buckets = Buckets<LifetimeScale>()
    #expect(buckets.count == 0 && buckets.cumulative.allSatisfy { $0.count == 0 })
    for value in [0, .max] as [UInt64] { buckets.add(value) }
    #expect(buckets.cumulative.first?.count == 1 && buckets.cumulative.last?.count == 1)
    #expect(buckets.count == 2 && buckets.sum == .max)
  }

  @Test func sums() {
    var (one, other, both) = (
      Buckets<HandshakeScale>(), Buckets<HandshakeScale>(), Buckets<HandshakeScale>()
    )
    for value in [1, 10_000, .max / 4] as [UInt64] {
      one.add(value)
      both.add(value)
    }
    for value in [10_001, 3_000_000_000] as [UInt64] {
      other.add(value)
      both.add(value)
    }
    one.add(other)
    one.add(Buckets())
    #expect(one == both && both.count == 5)
  }
}
