// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// All that was measured, as text.
struct Report {
  let options: Options
  var absent: [String] = []
  var starts: [(tracer: String, start: StartUp)] = []
  var shapes: [Interleaved] = []
  var kernel: [KernelTime] = []
  var idle: [(tracer: String, percent: Double)] = []
  var steady: [(tracer: String, steady: Steady)] = []
  var memory: [(tracer: String, runs: [Memory])] = []
  var before: [(tracer: String, before: Before)] = []
  var calls: [CallTimes] = []
  /// With nothing that waits.
  var followIdle: Follow?
  var censuses: [Census] = []
  var recordings: Recordings?

  /// Over the minute before the first measurement: what else the machine was doing.
  private let loadAverage: String

  init(options: Options) {
    self.options = options
    loadAverage = contents(of: "/proc/loadavg")?.split(separator: " ").first.map(String.init) ?? "?"
  }

  var text: String {
    var parts = [heading]
    for shape in shapes {
      let cost = Spread(shape.bases.map(\.microseconds)).text(1)
      parts.append(
        "## \(title(shape))\n\nCPU of the load without a tracer: \(cost) us a connection.\n\n"
          + table(shape).text)
    }
    parts.append("## Inside the kernel, and at rest\n\n\(rest.text)")
    parts += callParts + timeWaitParts + recordingParts
    parts.append("## Budgets\n\n\(budgetTable.text)")
    return parts.joined(separator: "\n\n")
  }

  private var heading: String {
    var system = utsname()
    uname(&system)
    let release = withUnsafeBytes(of: &system.release) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    var lines = ["# What tracing costs", ""]
    lines.append(
      "Linux \(release), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) CPUs"
        + (options.quick ? ", quick: rough figures." : "."))
    lines.append("Load average before the start: \(loadAverage).")
    lines.append("Median (min..max) over the rounds; each run between two without a tracer.")
    for name in absent { lines.append("Not measured, for it does not run here: \(name).") }
    return lines.joined(separator: "\n")
  }

  private func title(_ shape: Interleaved) -> String {
    let events = shape.bases.first?.events.fixed(0) ?? "-"
    let lanes = shape.shape.lanes == 1 ? "one core saturated" : "all cores saturated"
    return "\(shape.shape.name): \(lanes), \(shape.shape.connections) connections,"
      + " \(events) state changes, rounds: \(shape.shape.rounds)"
  }

  private func table(_ shape: Interleaved) -> Table {
    var table = Table(
      "tracer", "conn/s", "ratio", "ns/event", "user s/M", "CPU s/M", "lost", "told", "stages",
      "lines", "peak MiB")
    let base = Spread(shape.bases.map(\.rate))
    table.add(
      "(none)", base.text(0), "1", "noise \(Spread(shape.noise).text(0))", "", "", "", "", "", "",
      "")
    for (name, _) in starts {
      func figure(_ decimals: Int, _ of: (Sample) -> Double) -> String {
        shape.spread(name, of).text(decimals)
      }
      let last = shape.samples.last { $0.tracer == name }
      table.add(
        name, figure(0, \.load.rate), figure(2, \.ratio), figure(0, \.price), figure(2, \.user),
        figure(2, \.total), figure(0, \.lost), figure(0) { Double($0.seen.toldLost) },
        last?.seen.stages ?? "", figure(0) { Double($0.lines) }, figure(1) { $0.peak / 1_048_576 })
    }
    return table
  }

  private var rest: Table {
    var table = Table(
      "tracer", "BPF ns/event", "BPF runs/event", "guard skipped", "attached after ms",
      "beside \(Memory.many)", "idle % of a core", "% at \(Steady.rate) conn/s",
      "MiB at \(Memory.many) held", "held before",
      "bytes an end")
    for (name, start) in starts {
      let time = kernel.first { $0.tracer == name }
      let share = idle.first { $0.tracer == name }?.percent
      let steady = steady.first { $0.tracer == name }?.steady
      let before = before.first { $0.tracer == name }?.before
      let runs = memory.first { $0.tracer == name }?.runs ?? []
      table.add(
        name, time?.nanosecondsPerEvent.fixed(0) ?? "-", time?.runsPerEvent.fixed(2) ?? "-",
        time?.counters.skipped.fixed(0) ?? "-", start.milliseconds.text(1),
        before?.milliseconds.text(1) ?? "-", share?.fixed(3) ?? "-",
        steady?.percent.text(2) ?? "-",
        Spread(runs.map { $0.resident / 1_048_576 }).text(1), before?.resident.text(1) ?? "-",
        Spread(runs.map(\.perEnd)).text(0))
    }
    return table
  }
}
