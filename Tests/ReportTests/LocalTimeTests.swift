// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Report

/// The time on the wall. The zone belongs to a process as a whole, so each is tried in its own.
struct LocalTimeTests {
  /// 2026-11-23 08:44:16.123456789 UTC.
  private static let moment: UInt64 = 1_795_423_456_123_456_789

  @Test(arguments: [
    ("UTC0", "08:44:16"), ("EST5EDT,M3.2.0,M11.1.0", "03:44:16"), ("NPT-5:45", "14:29:16"),
    ("KIR-14", "22:44:16"), ("AOE12", "20:44:16"),
  ])
  func hoursAreTheZones(_ zone: String, _ expected: String) async {
    await #expect(processExitsWith: .success) { [zone, expected] in
      unsafe setenv("TZ", zone, 1)
      tzset()
      var time = LocalTime(offsetToEpoch: 0)
      #expect(written { time.append(Self.moment, to: &$0) } == expected)
    }
  }

  /// A time of the day is that of the day that is closest.
  @Test func timeOfDay() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
      tzset()
      // 2026-11-23 00:00:30 here; on the wall of another host, 05:45 ahead of UTC, 04:45:30.
      let (near, second): (UInt64, UInt64) = (1_795_388_430_000_000_000, 1_000_000_000)
      for (offset, time, expected) in [
        (nil, 30, near), (nil, 31, near + second), (nil, 0, near - 30 * second),
        (nil, 86_399, near - 31 * second), (nil, 43_000, near + 42_970 * second),
        (20_700, 4 * 3600 + 45 * 60 + 30, near), (0, 82_830, near),
      ] as [(Int?, Int, UInt64)] {
        let clock = LocalTime(offsetToEpoch: 0, utcOffset: offset)
        #expect(
          clock.moment(secondOfDay: time, nanoseconds: 5, near: near) == expected + 5, "\(time)")
      }
      // Nothing is before the clock began.
      let early = LocalTime(offsetToEpoch: -1 << 62)
      _ = early.moment(secondOfDay: 0, nanoseconds: 0, near: 0)
      _ = early.moment(secondOfDay: 0, nanoseconds: 0, near: .max)
    }
  }

  /// Both sides of the hour that is left out in spring, and of the one that comes twice in autumn.
  @Test func summerTimeIsKept() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
      tzset()
      var time = LocalTime(offsetToEpoch: 0)
      for (second, expected) in [
        (1_774_745_999, "01:59:59"), (1_774_746_000, "03:00:00"),
        (1_792_889_999, "02:59:59"), (1_792_890_000, "02:00:00"), (1_774_745_999, "01:59:59"),
      ] as [(UInt64, String)] {
        #expect(written { time.append(second * 1_000_000_000, to: &$0) } == expected)
      }
    }
  }

  @Test(arguments: [
    (0, ""), (1, ".1"), (2, ".12"), (3, ".123"), (4, ".1234"), (5, ".12345"), (6, ".123456"),
  ])
  func fractions(_ decimals: Int, _ expected: String) {
    var time = LocalTime(offsetToEpoch: 0)
    let text = written { time.append(Self.moment, decimals: decimals, to: &$0) }
    #expect(text.dropFirst("00:00:00".count) == expected)
  }

  /// A fraction is cut off: what is rounded up may not have come yet.
  @Test func fractionsAreNotRounded() {
    var time = LocalTime(offsetToEpoch: 0)
    let text = written {
      time.append(59_999_999_999, decimals: 3, to: &$0)
      $0.append(" ")
      time.append(60_000_000_999, decimals: 6, to: &$0)
    }
    // The hour is the zone's; no zone shifts seconds today.
    let parts = text.split(separator: " ")
    #expect(parts.first?.suffix(7) == ":59.999")
    #expect(parts.last?.suffix(10) == ":00.000000")
  }

  @Test func offsetIsAdded() {
    let time = LocalTime(offsetToEpoch: 1_795_000_000_000_000_000)
    #expect(time.microseconds(423_456_123_456_789) == 1_795_423_456_123_456)
    let past = LocalTime(offsetToEpoch: -10_000)
    #expect(past.microseconds(12_000) == 2)
    #expect(past.microseconds(9_000) == 0, "nothing is before the epoch")
  }
}
