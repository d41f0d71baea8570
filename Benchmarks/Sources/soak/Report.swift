// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// What is told of a run.
struct Report {
  let options: Options
  let minutes, kinds: Table
  let budgets: [Budget]
  let strangers, namespaces, hangUps: Int
  let cpuSeconds: Double
  let accounts: Accounts
  /// The daemon's own lines.
  let said: [Substring]

  var hasFailed: Bool { budgets.contains { $0.met == false } }

  var text: String {
    let made = "\(accounts.total) connections, \(accounts.events) state changes"
    let load = "\(options.seconds) s of load: \(made), \(namespaces) network namespaces"
    let perMillion = cpuSeconds / (Double(accounts.events) / 1e6)
    let cost = "\(cpuSeconds.fixed(1)) s of CPU, \(perMillion.fixed(2)) for a million of them"
    return """
      \(load), \(hangUps) SIGHUPs, \(strangers) clients that nobody wants. The daemon took \(cost).

      \(minutes.text)

      \(kinds.text)

      \(Table(budgets, "must be").text)
      """
  }
}
