// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// A row a minute: what there was at its end, and what it took.
struct Minutes {
  private(set) var table = Table(headings: Self.headings)
  private var cpuSeconds: Double
  private var at: Double

  private static let headings = [
    "s", "made", "events", "lost", "live", "TIME_WAIT", "drift", "netns", "attached", "RSS MiB",
    "own MiB", "threads", "fds", "CPU %", "scrapes", "slowest ms", "dropped",
  ]

  init(from first: Vitals) {
    cpuSeconds = first.cpuSeconds
    at = first.at
  }

  static var heading: String { line(headings) }

  /// - Returns: the row, to be shown at once.
  mutating func add(
    _ seconds: Double, _ scrape: Scrape, _ vitals: Vitals, _ load: Load, _ scraper: Scraper
  ) -> String {
    let share = (vitals.cpuSeconds - cpuSeconds) / (vitals.at - at) * 100
    (cpuSeconds, at) = (vitals.cpuSeconds, vitals.at)
    let waiting = scrape.sum("synfin_time_wait_sockets", ["substate": "time_wait"])
    let row = [
      seconds.fixed(0), "\(load.accounts.total)", "\(Int(scrape.sum("synfin_events_total")))",
      "\(scrape.lostTotal)", "\(Int(scrape.sum("synfin_connections")))", "\(Int(waiting))",
      "\(Int(scrape.sum("synfin_time_wait_drift_sockets")))", "\(load.namespaces)",
      "\(Int(scrape.sum("synfin_attachments_total")))", vitals.resident.mebibytes,
      vitals.own.mebibytes, "\(vitals.threads)", "\(vitals.descriptors)", share.fixed(1),
      "\(scraper.count)", (scraper.slowest * 1000).fixed(0),
      "\(Int(scrape.sum("synfin_http_connections_dropped_total")))",
    ]
    table.add(row: row)
    return Self.line(row)
  }

  private static func line(_ cells: [String]) -> String {
    zip(cells, headings).map { cell, heading in
      String(repeating: " ", count: max(0, max(9, heading.count) - cell.count)) + cell
    }.joined(separator: " ")
  }
}

extension Double {
  /// Bytes as MiB.
  var mebibytes: String { (self / 1_048_576).fixed(2) }
}
