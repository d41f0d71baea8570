// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
public import Report

/// A chart in the JSON Trace Event Format, which the Perfetto UI and Chrome's tracing both open: a
/// process for each track, a nestable asynchronous event (`b`, `e`) for each connection, and in it one
/// for each state, because those of one process overlap, which stacked events must not.
public struct TraceEvents: ~Copyable {
  private let chart: Chart
  private let time: LocalTime
  private let cgroupPath: (UInt64) -> String?
  private var hasEvents = false
  /// Written out whenever there is so much of it.
  private static let portion = 1 << 20

  /// - Parameter cgroupPath: where a cgroup is, if that is known.
  public init(_ chart: Chart, cgroupPath: @escaping (UInt64) -> String? = { _ in nil }) {
    self.chart = chart
    self.cgroupPath = cgroupPath
    time = chart.run.time
  }

  /// - Parameter body: takes the text in portions, and empties it.
  public mutating func write<Failure>(
    into text: inout Text, _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    text.append("{\"displayTimeUnit\":\"ns\",\"otherData\":")
    text.object { $0.header(chart) }
    text.append(",\"traceEvents\":[")
    let numbers = ProcessNumbers(chart.tracks)
    for (index, track) in chart.tracks.enumerated() {
      process(track, numbers[index], rank: index, to: &text)
      for group in track.groups {
        for bar in group.bars {
          connection(bar, numbers[index], to: &text)
          if text.count >= Self.portion { try body(&text) }
        }
      }
    }
    text.append("\n]}\n")
    try body(&text)
  }

  private mutating func begin(_ text: inout Text) {
    text.append(hasEvents ? ",\n" : "\n")
    hasEvents = true
  }

  /// Its name, what there is of it, and its place among the others.
  private mutating func process(
    _ track: Track, _ number: UInt64, rank: Int, to text: inout Text
  ) {
    let facts: [(StaticString, (inout Text) -> Void)] = [
      ("process_name", { $0.member("name", string: track.owner.displayName) }),
      ("process_labels", { $0.member("labels", string: "\(track.count) connections") }),
      ("process_sort_index", { $0.member("sort_index", rank) }),
    ]
    for (name, fact) in facts {
      begin(&text)
      text.object { text in
        text.member("ph", "M")
        text.member("pid", number)
        text.member("name", name)
        text.key("args")
        text.object(fact)
      }
    }
  }

  private mutating func connection(_ bar: Bar, _ number: UInt64, to text: inout Text) {
    let event = Event(id: bar.connection.id, process: number)
    begin(&text)
    text.event("b", event, at: bar.from, name: bar.sliceName) { text in
      text.key("args")
      text.object { text in
        text.member("end", bar.endLabel)
        text.member("began", bar.beginning.word)
        text.member("was_over", bar.last.word)
        text.key("connection")
        text.connection(bar.end, time, cgroupPath: cgroupPath(bar.connection.cgroup))
        if let cause = bar.timeWait?.cause { text.member("time_wait_ended_by", cause.name) }
      }
    }
    for phase in bar.phases {
      let name = "\(phase.state?.name ?? Phase.Kind.unknown.name)"
      begin(&text)
      text.event("b", event, at: phase.from, name: name) { text in
        text.key("args")
        text.object { $0.member("phase", phase.kind.name) }
      }
      begin(&text)
      text.event("e", event, at: phase.to, name: name) { _ in }
    }
    if let at = bar.abruptAt {
      begin(&text)
      text.event("n", event, at: at, name: "\(bar.outcome.label)") { _ in }
    }
    begin(&text)
    text.event("e", event, at: bar.to, name: bar.sliceName) { _ in }
  }
}

/// Which process and connection an event belongs to.
private struct Event {
  let id: UInt64
  let process: UInt64
}

/// A number for each process: its pid, so that other traces of the host go together with it; but where
/// none is known, or a process has changed its name, one that no pid can be.
private struct ProcessNumbers {
  private var numbers: [UInt64] = []
  /// `PID_MAX_LIMIT`
  private static let limit: UInt64 = 4 << 20

  init(_ tracks: [Track]) {
    var taken: Set<UInt64> = []
    for track in tracks {
      var number = UInt64(track.owner.pid)
      if number == 0 || !taken.insert(number).inserted {
        number = Self.limit + 1 + UInt64(numbers.count)
      }
      numbers.append(number)
    }
  }

  subscript(index: Int) -> UInt64 { numbers[index] }
}

extension Text {
  fileprivate mutating func event(
    _ kind: StaticString, _ event: Event, at: UInt64, name: String,
    _ more: (inout Text) -> Void
  ) {
    object { text in
      text.member("ph", kind)
      text.member("cat", "tcp")
      // A plain `id` is not its process's: Perfetto would show it apart from all of them.
      text.key("id2")
      text.object { $0.member("local", string: String(event.id)) }
      text.member("pid", event.process)
      text.member("tid", event.process)
      text.key("ts")
      // Microseconds of CLOCK_MONOTONIC, as other tracers have them.
      text.append(at / 1000)
      text.append(".")
      text.append(at % 1000, digits: 3)
      text.member("name", string: name)
      more(&text)
    }
  }

  fileprivate mutating func object(_ body: (inout Text) -> Void) {
    beginObject()
    body(&self)
    endObject()
  }

  /// What the run was, and what is not in the trace.
  fileprivate mutating func header(_ chart: Chart) {
    let time = chart.run.time
    member("tool", "synfin")
    member("started_us", time.microseconds(chart.run.startedAt))
    member("stopped_us", time.microseconds(chart.run.stoppedAt))
    member("clock", "CLOCK_MONOTONIC")
    member("connections", chart.count)
    member("connections_outside", chart.outside)
    member("connections_not_kept", chart.dropped)
    member("records_lost", chart.run.losses.total)
  }
}
