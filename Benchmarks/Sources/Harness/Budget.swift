// SPDX-License-Identifier: Apache-2.0
internal import Common

/// One promise, beside what was measured.
package struct Budget {
  package let what: String
  package let measured: String
  package let allowed: String
  /// Whether it holds; nil if it could not be measured.
  package let met: Bool?

  package var verdict: String {
    switch met {
    case true?: "met"
    case false?: "MISSED"
    case nil: "not measured"
    }
  }

  /// A median that may not be above a limit.
  package init(
    _ what: String, _ spread: Spread, atMost limit: Double, _ unit: String, decimals: Int
  ) {
    self.what = what
    measured = spread.text(decimals)
    allowed = "<= \(limit.fixed(limit == limit.rounded() ? 0 : 2)) \(unit)"
    met = spread.isEmpty ? nil : spread.median <= limit
  }

  package init(_ what: String, measured: String, allowed: String, met: Bool?) {
    (self.what, self.measured, self.allowed, self.met) = (what, measured, allowed, met)
  }
}

extension Table {
  /// - Parameter heading: what the promises are called.
  package init(_ budgets: [Budget], _ heading: String) {
    self.init("what", "measured", heading, "")
    for budget in budgets {
      add(budget.what, budget.measured, budget.allowed, budget.verdict)
    }
  }
}
