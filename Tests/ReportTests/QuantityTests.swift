// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Report

/// Durations and byte counts for people.
struct QuantityTests {
  @Test(
    arguments: [
      // Nanoseconds are cut off, never rounded up.
      (0, "0us"), (999, "0us"), (1000, "1us"), (84_999, "84us"), (999_999, "999us"),
      (1_000_000, "1.00ms"), (1_009_999, "1.00ms"), (9_999_999, "9.99ms"), (10_000_000, "10.0ms"),
      (99_999_999, "99.9ms"), (100_000_000, "100ms"), (999_999_999, "999ms"),
      (1_000_000_000, "1.00s"), (9_999_999_999, "9.99s"), (10_000_000_000, "10.0s"),
      (59_999_999_999, "59.9s"), (60_000_000_000, "1m00s"), (185_000_000_000, "3m05s"),
      (3_599_999_999_999, "59m59s"), (3_600_000_000_000, "1h00m"), (7_980_000_000_000, "2h13m"),
      (86_399_999_999_999, "23h59m"), (86_400_000_000_000, "1d00h"),
      (273_600_000_000_000, "3d04h"), (8_639_999_999_999_999, "99d23h"),
    ] as [(UInt64, String)])
  func durations(_ nanoseconds: UInt64, _ text: String) {
    #expect(written { $0.append(duration: nanoseconds) } == text)
  }

  @Test(
    arguments: [
      (0, "0"), (1, "1"), (999, "999"), (1000, "0.97K"), (1023, "0.99K"), (1024, "1.00K"),
      (1536, "1.50K"), (10_239, "9.99K"), (10_240, "10.0K"), (102_399, "99.9K"), (102_400, "100K"),
      (1_023_999, "999K"), (1_024_000, "0.97M"), (1 << 20, "1.00M"), (12_897_485, "12.2M"),
      (1 << 30, "1.00G"), (1 << 40, "1.00T"), (1 << 50, "1.00P"), (UInt64.max, "16383P"),
    ] as [(UInt64, String)])
  func byteCounts(_ count: UInt64, _ text: String) {
    #expect(written { $0.append(bytes: count) } == text)
  }

  /// A connection may live for years, and a column does not grow.
  @Test func durationsFitTheirColumn() {
    let tenYears: UInt64 = 315_360_000_000_000_000
    let tooLong = Self.magnitudes(upTo: tenYears)
      .map { value in written { $0.append(duration: value) } }
      .filter { $0.isEmpty || $0.utf8.count > 6 }
    #expect(tooLong.prefix(5) == [], "the first of them")
  }

  @Test func byteCountsFitTheirColumn() {
    let tooLong = Self.magnitudes(upTo: .max)
      .map { value in written { $0.append(bytes: value) } }
      .filter { $0.isEmpty || $0.utf8.count > 6 }
    #expect(tooLong.prefix(5) == [], "the first of them")
  }

  /// Values of every magnitude: steps of a sixteenth, and both sides of each power of 2 and of 10.
  private static func magnitudes(upTo bound: UInt64) -> [UInt64] {
    var values: [UInt64] = [0, bound]
    var value: UInt64 = 1
    while value <= bound - bound / 8 {
      values.append(value)
      value += value / 16 + 1
    }
    for base: UInt64 in [2, 10] {
      var power: UInt64 = 1
      while power <= bound / base {
        power *= base
        values += [power - 1, power, power + 1]
      }
    }
    return values.filter { $0 <= bound }
  }
}
