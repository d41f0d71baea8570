// SPDX-License-Identifier: Apache-2.0
internal import Report

/// Numbers, digit by digit.
extension Text {
  /// A number; of a distribution, how many values there are.
  mutating func append(_ value: Sample.Value) {
    switch value {
    case .count(let number): append(number)
    case .difference(let number): append(signed: number)
    case .billionths(let number): append(billionths: number)
    case .distribution(let distribution): append(distribution.count)
    }
  }

  /// A bound as the value of `le`, which is text to compare: OpenMetrics and Prometheus 3 have `1.0` for a
  /// whole number, and so has each format here.
  mutating func append(bound: UInt64) {
    append(billionths: bound)
    if bound % 1_000_000_000 == 0 { append(".0") }
  }

  mutating func append(billionths number: UInt64) {
    append(number / 1_000_000_000)
    var (rest, digits) = (number % 1_000_000_000, 9)
    guard rest > 0 else { return }
    while rest % 10 == 0 { (rest, digits) = (rest / 10, digits - 1) }
    append(byte: UInt8(ascii: "."))
    append(rest, digits: digits)
  }
}
