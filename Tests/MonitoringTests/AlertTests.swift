// SPDX-License-Identifier: Apache-2.0
import Foundation
import Monitoring
import Testing

/// What somebody who is woken finds.
struct AlertTests {
  @Test func everyAlertSaysWhatToDo() throws {
    let alerts = try Alert.all()
    let page = try Repository.text("docs/prometheus.md").split(separator: "\n")
    let tests = try Repository.text("deploy/prometheus/alerts.test.yml")
    #expect(alerts.count == 14 && Set(alerts.map(\.name)).count == 14)
    for alert in alerts {
      #expect(alert["for"]?.wholeMatch(of: /\d+m/) != nil, "\(alert.name)")
      #expect(["info", "warning", "critical"].contains(alert["severity"]), "\(alert.name)")
      #expect(alert["summary"]?.isEmpty == false, "\(alert.name)")
      #expect(alert["description"]?.contains("`synfin ") == true || alert.name == "SynfinDown")
      #expect(alert["runbook"] == "docs/prometheus.md#\(alert.name.lowercased())")
      #expect(page.contains("### \(alert.name)"), "\(alert.name)")
      #expect(tests.contains("alertname=\"\(alert.name)\""), "\(alert.name)")
    }
  }

  /// What they say to run can be run.
  @Test(arguments: [Alert.path, "docs/prometheus.md"])
  func everyOptionExists(_ path: String) throws {
    let manual = try Repository.text("docs/synfin.8")
    // But for the option of Prometheus itself.
    let page = try Repository.text(path).replacing("--enable-feature", with: "")
    let commands = page.matches(of: /`synfin ([a-z]+)/).map { String($0.1) }
    #expect(!commands.isEmpty)
    for command in commands { #expect(manual.contains(".Cm \(command)"), "\(command)") }
    for option in page.matches(of: /--([a-z][a-z-]+)/).map({ String($0.1) }) {
      #expect(manual.contains("Fl -\(option)"), "--\(option)")
    }
  }

  @Suite(.enabled(if: PrometheusTools.areTested, "\(PrometheusTools.missing)"))
  struct PromtoolTests {
    @Test(arguments: [["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]])
    func findsNothingWrong(_ arguments: [String]) throws {
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(filePath: PrometheusTools.promtool)
      process.arguments = arguments
      process.currentDirectoryURL = Repository.file("deploy/prometheus")
      process.standardOutput = output
      process.standardError = output
      try process.run()
      let said = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
      #expect(String(decoding: said, as: UTF8.self).contains("SUCCESS"))
    }
  }
}
