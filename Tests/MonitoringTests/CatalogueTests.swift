// SPDX-License-Identifier: Apache-2.0
import Exposition
import Lifecycle
import Monitoring
import Testing

/// The dashboard and the alerts, held against what there is to scrape.
struct CatalogueTests {
  /// Each by its name, of what is asked: a histogram's is that of its samples.
  private static let labels: [String: Set<String>] = {
    // What Prometheus itself tells of a target.
    var labels: [String: Set<String>] = [
      "up": [], "scrape_duration_seconds": [], "scrape_samples_scraped": [],
    ]
    for family in Family.all {
      let own = Set(family.labels.map(\.description))
      guard case .histogram = family.kind else {
        labels[family.name.description] = own
        continue
      }
      labels["\(family.name)_bucket"] = own.union(["le"])
      labels["\(family.name)_count"] = own
      labels["\(family.name)_sum"] = own
    }
    // What a scrape adds.
    return labels.mapValues { $0.union(["job", "instance"]) }
  }()

  /// The words that a label can have; of others, any.
  private static let words: [String: Set<String>] = [
    "role": ["server", "client", "unknown"],
    "substate": ["time_wait", "fin_wait2"],
    "state": names { TCPState(rawValue: $0)?.name },
    "close": names { Close(rawValue: $0)?.name },
    "first_fin": names { FirstFIN(rawValue: $0)?.name }.union(["none"]),
    "reason": names { OpenResult(rawValue: $0)?.name }
      .union(names { RTTUnknown(rawValue: $0)?.name }),
    "job": ["synfin"],
  ]

  private static func names(_ name: (UInt8) -> StaticString?) -> Set<String> {
    Set((0...UInt8.max).compactMap { name($0)?.description })
  }

  private func expectKnown(_ text: String, in place: String) {
    let query = Query(text)
    #expect(!query.selectors.isEmpty, "\(place)")
    var all: Set<String> = []
    for selector in query.selectors {
      guard let labels = Self.labels[selector.metric] else {
        Issue.record("\(place): there is no \(selector.metric)")
        continue
      }
      all.formUnion(labels)
      for (label, value) in selector.matchers {
        #expect(labels.contains(label), "\(place): \(selector.metric) has no label \(label)")
        guard let words = Self.words[label], !value.hasPrefix("$") else { continue }
        for word in value.split(separator: "|") {
          #expect(words.contains(String(word)), "\(place): \(label) is never \(word)")
        }
      }
    }
    #expect(query.grouping.isSubset(of: all), "\(place): \(query.grouping.subtracting(all))")
  }

  @Test func dashboardAsksForWhatThereIs() throws {
    let dashboard = try Dashboard()
    for panel in dashboard.charts {
      for target in try #require(panel.targets) {
        expectKnown(target.expr, in: panel.title)
        // A name in the legend that no series has is shown as nothing.
        let query = Query(target.expr)
        for name in target.legendFormat.matches(of: /{{(\w+)}}/).map({ String($0.1) }) {
          let isKept =
            query.grouping.isEmpty || query.grouping.contains(name) || name == "instance"
          #expect(isKept, "\(panel.title): {{\(name)}}")
        }
      }
    }
    for variable in dashboard.templating.list {
      guard let query = variable.definition?.wholeMatch(of: /label_values\((.*), (\w+)\)/) else {
        #expect(variable.name == "datasource")
        continue
      }
      expectKnown(String(query.1), in: variable.name)
      let metric = try #require(Query(String(query.1)).selectors.first?.metric)
      #expect(Self.labels[metric]?.contains(String(query.2)) == true, "\(variable.name)")
    }
  }

  @Test func alertsAskForWhatThereIs() throws {
    for alert in try Alert.all() {
      let expression = try #require(alert["expr"])
      expectKnown(expression, in: alert.name)
      let labels = Query(expression).selectors.reduce(into: Set<String>()) {
        $0.formUnion(Self.labels[$1.metric] ?? [])
      }
      for used in alert.lines.joined().matches(of: /\$labels\.(\w+)/).map({ String($0.1) }) {
        #expect(labels.contains(used), "\(alert.name): \(used)")
      }
    }
  }

  /// A metric that nobody looks at should not be scraped.
  @Test func everyMetricIsLookedAt() throws {
    let queries =
      try Dashboard().charts.flatMap { ($0.targets ?? []).map(\.expr) }
      + Alert.all().compactMap { $0["expr"] }
    let used = Set(queries.flatMap { Query($0).selectors.map(\.metric) })
    for family in Family.all {
      let names = ["", "_bucket", "_count", "_sum"].map { "\(family.name)\($0)" }
      #expect(!used.isDisjoint(with: names), "\(family.name)")
    }
  }
}
