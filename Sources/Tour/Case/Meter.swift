// SPDX-License-Identifier: Apache-2.0

/// How much of something is taken, at one moment of a case: drawn as a bar.
package struct Meter: Sendable {
  /// What is measured: meters that follow one another with the same name are drawn together.
  package let name: String
  /// When, or where.
  package let label: String
  package let part: Int
  package let whole: Int
  /// Where it was read.
  package let source: String

  package init(name: String, label: String, part: Int, whole: Int, source: String) {
    (self.name, self.label, self.part, self.whole) = (name, label, part, whole)
    self.source = source
  }

  /// The part in hundredths of the whole, rounded; a part that is more than nothing never is 0.
  package var percent: Int {
    if whole <= 0 || part <= 0 { return 0 }
    return max(1, (part * 200 + whole) / (whole * 2))
  }
}

extension [Meter] {
  /// Those that are drawn together.
  package var groups: [(name: String, source: String, meters: [Meter])] {
    var groups: [(name: String, source: String, meters: [Meter])] = []
    for meter in self {
      if groups.last?.name == meter.name {
        groups[groups.count - 1].meters.append(meter)
      } else {
        groups.append((meter.name, meter.source, [meter]))
      }
    }
    return groups
  }
}
