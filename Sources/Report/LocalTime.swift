// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The records' clock as the time on the wall, where this host is.
public struct LocalTime: Sendable {
  private let offsetToEpoch: Int64
  private let utcOffset: Int?
  /// The second that was asked for last, and its parts: most lines share it with their neighbours.
  private var second: Int64 = .min
  private var clock: (hour: UInt64, minute: UInt64, second: UInt64) = (0, 0, 0)

  /// - Parameters:
  ///   - offsetToEpoch: nanoseconds to add to `CLOCK_MONOTONIC` for time since the epoch.
  ///   - utcOffset: seconds to add to UTC for the time of a host elsewhere; `nil` for this one's.
  public init(offsetToEpoch: Int64, utcOffset: Int? = nil) {
    self.offsetToEpoch = offsetToEpoch
    self.utcOffset = utcOffset
    tzset()
  }

  /// When it is this time of the day, in nanoseconds of the records' clock: on the day of `near`, the day
  /// before or the day after, whichever is closest to it. `nil` where there was no such time.
  package func moment(secondOfDay: Int, nanoseconds: UInt64, near: UInt64) -> UInt64? {
    let today = unsafe parts(ofSecond: Int64(microseconds(near) / 1_000_000))
    let moments = (-1...1).compactMap { day -> UInt64? in
      var parts = unsafe today
      unsafe parts.tm_mday += CInt(day)
      unsafe parts.tm_hour = CInt(secondOfDay / 3600)
      unsafe parts.tm_min = CInt(secondOfDay / 60 % 60)
      unsafe parts.tm_sec = CInt(secondOfDay % 60)
      // Whether summer time is in force, mktime finds out.
      unsafe parts.tm_isdst = -1
      let second = unsafe utcOffset.map { unsafe timegm(&parts) - $0 } ?? mktime(&parts)
      let (scaled, isTooLarge) = Int64(second).multipliedReportingOverflow(by: 1_000_000_000)
      let at = scaled &+ Int64(nanoseconds) &- offsetToEpoch
      return isTooLarge || at < 0 ? nil : UInt64(at)
    }
    return moments.min { ($0 > near ? $0 - near : near - $0) < ($1 > near ? $1 - near : near - $1) }
  }

  /// Microseconds since the Unix epoch.
  public func microseconds(_ at: UInt64) -> UInt64 {
    UInt64(max(0, Int64(truncatingIfNeeded: at) &+ offsetToEpoch)) / 1000
  }

  private func parts(ofSecond second: Int64) -> tm {
    var time = time_t(second) + (utcOffset ?? 0)
    var parts = unsafe tm()
    if utcOffset == nil {
      unsafe _ = localtime_r(&time, &parts)
    } else {
      unsafe _ = gmtime_r(&time, &parts)
    }
    return unsafe parts
  }

  /// The zone at a moment: seconds to add to UTC. It has no name, for a recording's has none.
  package func zone(_ at: UInt64) -> Int {
    if let utcOffset { return utcOffset }
    return unsafe parts(ofSecond: Int64(microseconds(at) / 1_000_000)).tm_gmtoff
  }

  /// `2026-11-23 14:05:09 +0100`
  package func date(_ at: UInt64) -> String {
    let parts = unsafe parts(ofSecond: Int64(microseconds(at) / 1_000_000))
    func digits(_ number: Int, _ count: Int = 2) -> String {
      let text = String(number.magnitude)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let (year, month) = unsafe (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1)
    let day = unsafe [digits(year, 4), digits(month), digits(Int(parts.tm_mday))]
    let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0)) }
    let zone = zone(at) / 60
    return day.joined(separator: "-") + " " + clock.joined(separator: ":")
      + (zone < 0 ? " -" : " +") + digits(abs(zone) / 60) + digits(abs(zone) % 60)
  }

  /// Writes `14:05:09`, and with `decimals` more, a fraction of up to 6 digits.
  package mutating func append(_ at: UInt64, decimals: Int = 0, to text: inout Text) {
    let time = microseconds(at)
    let second = Int64(time / 1_000_000)
    if second != self.second {
      self.second = second
      let parts = unsafe parts(ofSecond: second)
      clock = unsafe (UInt64(parts.tm_hour), UInt64(parts.tm_min), UInt64(parts.tm_sec))
    }
    text.append(clock.hour, digits: 2)
    text.append(byte: UInt8(ascii: ":"))
    text.append(clock.minute, digits: 2)
    text.append(byte: UInt8(ascii: ":"))
    text.append(clock.second, digits: 2)
    if decimals > 0 {
      text.append(byte: UInt8(ascii: "."))
      let unit = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1][decimals]
      text.append(time % 1_000_000 / UInt64(unit), digits: decimals)
    }
  }
}
