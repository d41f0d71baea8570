// SPDX-License-Identifier: Apache-2.0
internal import Report

extension Text {
  /// Where the local time has another distance from UTC than before: at most once each quarter of an
  /// hour, and mostly never.
  mutating func zones(_ run: Run, _ time: LocalTime) {
    let quarter: UInt64 = 900_000_000_000
    var zones = [(at: run.startedAt, zone: time.zone(run.startedAt))]
    // Such changes are at full quarters of an hour of the clock, which is not that of the records.
    let intoQuarter = time.microseconds(run.startedAt) * 1000 % quarter
    var at = run.startedAt - min(run.startedAt, intoQuarter)
    // A span of years is no recording's, and is not worth millions of steps.
    let step = max(quarter, (run.stoppedAt - run.startedAt) / 10_000)
    // Nor is a time at which the clock would wrap.
    while at < min(run.stoppedAt, .max - step) {
      at += step
      let zone = time.zone(at)
      if let last = zones.last, zone != last.zone { zones.append((at, zone)) }
    }
    member("zones", zones) { text, entry in
      text.member("from", Int(time.since(run, entry.at)))
      text.member("offset", entry.zone)
    }
  }
}
