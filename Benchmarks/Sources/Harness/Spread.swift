// SPDX-License-Identifier: Apache-2.0
internal import Common

/// Several measurements of one thing.
package struct Spread {
  package private(set) var values: [Double]

  package init(_ values: [Double]) { self.values = values.filter(\.isFinite).sorted() }

  package var isEmpty: Bool { values.isEmpty }

  package var median: Double {
    guard !values.isEmpty else { return .nan }
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  package var minimum: Double { values.first ?? .nan }
  package var maximum: Double { values.last ?? .nan }

  /// `median (min..max)`; one number where all are the same.
  package func text(_ decimals: Int) -> String {
    let (low, high) = (minimum.fixed(decimals), maximum.fixed(decimals))
    return low == high ? low : "\(median.fixed(decimals)) (\(low)..\(high))"
  }
}
