// SPDX-License-Identifier: Apache-2.0
internal import Common

/// Several measurements of one thing.
struct Spread {
  private(set) var values: [Double]

  init(_ values: [Double]) { self.values = values.filter(\.isFinite).sorted() }

  var isEmpty: Bool { values.isEmpty }

  var median: Double {
    guard !values.isEmpty else { return .nan }
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  var minimum: Double { values.first ?? .nan }
  var maximum: Double { values.last ?? .nan }

  /// `median (min..max)`; one number where all are the same.
  func text(_ decimals: Int) -> String {
    let (low, high) = (minimum.fixed(decimals), maximum.fixed(decimals))
    return low == high ? low : "\(median.fixed(decimals)) (\(low)..\(high))"
  }
}
