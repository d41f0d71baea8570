// SPDX-License-Identifier: Apache-2.0

/// What a query of PromQL names: metrics, with the labels that are asked of each, and the labels by which
/// it groups and joins. As much grammar as that takes; Prometheus says whether the query is in order.
package struct Query {
  package private(set) var selectors: [Selector] = []
  package private(set) var grouping: Set<String> = []

  package struct Selector {
    package let metric: String
    /// Labels, and the text that they are compared with.
    package let matchers: [(label: String, value: String)]
  }

  private static let words: Set<String> = [
    "and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring", "group_left",
    "group_right",
  ]

  package init(_ text: String) {
    let clauses = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/
    for clause in text.matches(of: clauses) {
      for label in clause.1.split(whereSeparator: { $0 == "," || $0 == " " }) {
        grouping.insert(String(label))
      }
    }
    let rest = text.replacing(clauses, with: " ").replacing(/\[[^\]]*\]/, with: "")
    // A name that is no function's, perhaps with matchers; braces within quotes are no end.
    let names = /([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\(|\{(?:[^}"]|"[^"]*")*\})?/
    for name in rest.matches(of: names) {
      if name.2 == "(" || Self.words.contains(String(name.1)) { continue }
      let matchers = (name.2 ?? "").matches(of: /(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/)
      selectors.append(
        Selector(
          metric: String(name.1), matchers: matchers.map { (String($0.1), String($0.2)) }))
    }
  }
}
