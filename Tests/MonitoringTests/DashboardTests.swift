// SPDX-License-Identifier: Apache-2.0
import Foundation
import Monitoring
import Testing

/// What a reader of the dashboard finds. No Grafana is asked: there is none in the tests.
struct DashboardTests {
  @Test func everyPanelIsExplained() throws {
    let dashboard = try Dashboard()
    #expect(dashboard.schemaVersion == 39)
    #expect(
      dashboard.panels.filter(\.isRow).map(\.title) == [
        "Why do my connects take a second?", "Who fills TIME_WAIT?", "Who leaks CLOSE_WAIT?",
        "Who resets?", "Is the tracer itself well?",
      ])
    for panel in dashboard.charts {
      #expect(panel.description?.hasSuffix(".") == true, "\(panel.title)")
      #expect(panel.unit?.isEmpty == false, "\(panel.title)")
      #expect(panel.datasource == .chosen, "\(panel.title)")
      #expect(panel.targets?.allSatisfy { $0.datasource == .chosen } == true, "\(panel.title)")
    }
    #expect(
      dashboard.templating.list.map(\.name) == ["datasource", "instance", "role", "port"])
  }

  @Test func everyPanelHasAPlace() throws {
    let panels = try Dashboard().panels
    #expect(Set(panels.map(\.id)).count == panels.count)
    #expect(Set(panels.map(\.title)).count == panels.count)
    for (index, panel) in panels.enumerated() {
      #expect(panel.gridPos.x + panel.gridPos.w <= 24, "\(panel.title)")
      for other in panels[..<index] {
        #expect(!panel.gridPos.overlaps(other.gridPos), "\(panel.title) and \(other.title)")
      }
    }
  }

  /// All that is chosen above holds for each query: but for what has no such label.
  @Test func everyQueryHeedsWhatIsChosen() throws {
    for panel in try Dashboard().charts {
      for selector in (panel.targets ?? []).flatMap({ Query($0.expr).selectors }) {
        // Joined by instance, to be synfin's own process.
        if selector.metric == "synfin_build_info", selector.matchers.isEmpty { continue }
        let chosen = selector.matchers.filter { $0.value.hasPrefix("$") }
        #expect(chosen.allSatisfy { $0.value == "$\($0.label)" }, "\(panel.title)")
        #expect(chosen.contains { $0.label == "instance" }, "\(panel.title): \(selector.metric)")
      }
    }
  }

  @Test func manualHasEachPanelAndQuery() throws {
    let page = try Repository.text("docs/prometheus.md")
    for panel in try Dashboard().panels {
      #expect(page.contains(panel.title), "\(panel.title)")
      for target in panel.targets ?? [] {
        // Without what is chosen; and a table's cell ends with a bar.
        let query = target.expr.replacing(/\w+=~"\$\w+",?/, with: "").replacing(",}", with: "}")
          .replacing("{}", with: "").replacing("$__rate_interval", with: "5m")
          .replacing("|", with: "\\|")
        #expect(page.contains("`\(query)`"), "\(query)")
      }
    }
  }
}
