// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

extension Report {
  /// What a recording takes, in the file and to read.
  var recordingParts: [String] {
    guard let recordings else { return [] }
    let size =
      "\(recordings.events.fixed(0)) state changes are \(recordings.records.fixed(0)) records in"
      + " \((recordings.bytes / 1_048_576).fixed(1)) MiB:"
      + " \((recordings.bytes / recordings.events).fixed(1)) bytes a state change,"
      + " \((recordings.bytes / recordings.records).fixed(1)) a record."
    var table = Table("reading it", "CPU s", "records a second of one core, millions", "peak MiB")
    for (name, runs) in recordings.replays where !runs.isEmpty {
      table.add(
        name, Spread(runs.map(\.cpu)).text(2),
        Spread(recordings.rate(runs).values.map { $0 / 1e6 }).text(2),
        Spread(runs.map { $0.peak / 1_048_576 }).text(1))
    }
    return ["## A recording\n\n\(size)\n\n\(table.text)"]
  }

  var recordingBudgets: [Budget] {
    let reading = (recordings?.replays ?? []).map { name, runs in
      let rate = recordings?.rate(runs) ?? Spread([])
      return Budget(
        "\(name) --replay: records a second of one core",
        measured: Spread(rate.values.map { $0 / 1e6 }).text(2), allowed: ">= 2 million",
        met: rate.isEmpty ? nil : rate.median >= 2e6)
    }
    return writingBudgets + reading
  }

  /// What the recorder takes to what it takes only to count: synfin's own count, and the floor's.
  private var writingBudgets: [Budget] {
    guard let flat = shapes.first,
      let recorder = starts.first(where: { $0.tracer.hasPrefix("synfin record") })?.tracer
    else { return [] }
    let own = flat.spread(recorder, \.total)
    return [("synfin top", 1.3 as Double?), ("floor", nil)].compactMap { counter, limit in
      guard let name = starts.first(where: { $0.tracer.hasPrefix(counter) })?.tracer else {
        return nil
      }
      let other = flat.spread(name, \.total)
      let ratio = own.median / other.median
      return Budget(
        "synfin record: CPU per million to that of counting by \(counter), flat",
        measured: "\(ratio.fixed(2)) = \(own.text(3)) : \(other.text(3)) s",
        allowed: limit.map { "<= \($0.fixed(1))" } ?? "-",
        met: limit.flatMap { ratio.isFinite ? ratio <= $0 : nil })
    }
  }
}
