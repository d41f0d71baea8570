// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Metrics

/// Values in, counts and quantiles out: as many as went in, and no further off than a cell is wide.
struct HistogramTests {
  /// A power of two is the last value of its cell, as `le` has it.
  @Test(arguments: 4...63)
  func powersOfTwoBoundCells(_ exponent: Int) {
    let power = UInt64(1) << UInt64(exponent)
    #expect(Histogram.cell(of: power) == exponent * 8)
    #expect(Histogram.cell(of: power + 1) == exponent * 8 + 1)
    #expect(Histogram.cell(of: power - 1) <= exponent * 8)
  }

  @Test func extremes() {
    #expect(Histogram.cell(of: 0) == 0)
    #expect(Histogram.cell(of: 1) == 0)
    #expect(Histogram.cell(of: .max) == 512)
    var histogram = Histogram()
    for value in [0, 1, .max, .max] as [UInt64] { histogram.add(value) }
    #expect(histogram.count == 4)
    #expect(histogram.quantile(0) == 0)
    #expect(histogram.quantile(0.5) == 0)
    #expect(histogram.quantile(1) ?? 0 > .max / 2)
    #expect(histogram.count(upToPowerOfTwo: 0) == 2)
    #expect(histogram.count(upToPowerOfTwo: 64) == 4)
  }

  /// The same bounds as 2^((i-1)/8) < v <= 2^(i/8), taken from the C library, as far as a Double tells
  /// integers apart.
  @Test func cellsAreEighthsOfAnOctave() {
    for index in 80...400 {
      let bound = exp2(Double(index) / 8)
      let below = UInt64(bound.rounded(.down))
      #expect(Histogram.cell(of: below) == index, "\(index)")
      #expect(Histogram.cell(of: below + 1) == index + 1, "\(index)")
    }
  }

  @Test(arguments: [0.01, 0.25, 0.5, 0.9, 0.99, 1])
  func quantilesAreWithinACell(_ part: Double) throws {
    var histogram = Histogram()
    var random = SystemRandomNumberGenerator()
    // From 1 µs to 100 s, each size as likely as any other.
    let values = (0..<9_973).map { _ in
      UInt64(exp(Double.random(in: log(1e3)...log(1e11), using: &random)))
    }
    for value in values { histogram.add(value) }
    let sorted = values.sorted()
    let exact = Double(sorted[max(0, Int((part * Double(values.count)).rounded(.up)) - 1)])
    let told = Double(try #require(histogram.quantile(part)))
    #expect(abs(told - exact) / exact < 0.046, "\(told) for \(exact)")
    #expect(histogram.count == 9_973)
    #expect(histogram.sum == values.reduce(0, &+))
    #expect(histogram.filled.reduce(0) { $0 + $1.count } == 9_973)
  }

  @Test func nothingHasNoQuantile() {
    #expect(Histogram().quantile(0.5) == nil)
    #expect(Histogram().filled.isEmpty)
    #expect(Histogram().count(upToPowerOfTwo: 40) == 0)
  }

  @Test func cumulativeCounts() {
    var histogram = Histogram()
    for value in [1_000, 1_024, 1_025, 2_048, 2_049, 1 << 40] as [UInt64] { histogram.add(value) }
    #expect(histogram.count(upToPowerOfTwo: 9) == 0)
    #expect(histogram.count(upToPowerOfTwo: 10) == 2)
    #expect(histogram.count(upToPowerOfTwo: 11) == 4)
    #expect(histogram.count(upToPowerOfTwo: 39) == 5)
    #expect(histogram.count(upToPowerOfTwo: 40) == 6)
  }

  @Test func whatCameSince() {
    var histogram = Histogram()
    for value in [100, 200, 5_000] as [UInt64] { histogram.add(value) }
    let earlier = histogram
    // Lower and higher than all before.
    for value in [3, 200, 90_000] as [UInt64] { histogram.add(value) }
    let new = histogram.since(earlier)
    var expected = Histogram()
    for value in [3, 200, 90_000] as [UInt64] { expected.add(value) }
    #expect(new.count == 3 && new.sum == expected.sum)
    #expect(new.filled.map(\.cell) == expected.filled.map(\.cell))
    #expect(new.filled.map(\.count) == [1, 1, 1])
    // What was taken back is not less than nothing.
    #expect(earlier.since(histogram).count == 0)
  }

  @Test func sums() {
    var (one, other, both) = (Histogram(), Histogram(), Histogram())
    for value in [100, 5_000] as [UInt64] {
      one.add(value)
      both.add(value)
    }
    for value in [3, 100, 1 << 50] as [UInt64] {
      other.add(value)
      both.add(value)
    }
    one.add(other)
    #expect(one == both)
  }
}
