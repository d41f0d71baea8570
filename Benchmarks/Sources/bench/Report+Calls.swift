// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

extension Report {
  /// The price of system calls, a part each.
  var callParts: [String] {
    calls.map { "## \(title($0))\n\n\(table($0).text)" }
  }

  private func title(_ times: CallTimes) -> String {
    switch times.call {
    case .null: "System calls: a null one, rounds: \(times.rounds)"
    case .accept: "accept(): accept4 of a connection that waits, rounds: \(times.rounds)"
    }
  }

  private func table(_ times: CallTimes) -> Table {
    var table = Table("tracer", "ns a call", "more than without, ns")
    table.add(
      "(none)", Spread(times.bases).text(0),
      "noise \(Spread(times.noise).text(0)), of a median +-\(times.error.fixed(0))")
    for tracer in times.tracers {
      table.add(
        tracer, times.spread(tracer, \.nanoseconds).text(0), times.spread(tracer, \.more).text(0))
    }
    return table
  }
}
