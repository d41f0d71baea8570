// SPDX-License-Identifier: Apache-2.0

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), without a locale and without a time zone's file.
enum HTTPDate {
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// - Parameter seconds: since the Unix epoch.
  static func text(_ seconds: Int) -> String {
    // A clock before 1970 says nothing that can be written better.
    let seconds = max(seconds, 0)
    let days = seconds / 86_400
    let ofDay = seconds % 86_400
    let (year, month, day) = date(days)
    // 1970-01-01 was a Thursday.
    let weekday = weekdays[(days + 4) % 7]
    let time = [ofDay / 3600, ofDay / 60 % 60, ofDay % 60].map(twoDigits).joined(separator: ":")
    return "\(weekday), \(twoDigits(day)) \(months[month - 1]) \(year) \(time) GMT"
  }

  /// Of the Gregorian calendar, by counting from 1 March of year 0, so that a leap day is a year's last.
  private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let days = days + 719_468
    let era = days / 146_097
    let ofEra = days % 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * ofYear + 2) / 153
    let day = ofYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
