// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Report

extension Text {
  /// What the page draws, as one JSON object; `page/recording.js` and `bars.js` read it.
  mutating func recording(
    _ chart: Chart, _ about: HTMLPage.About, _ cgroupPath: (UInt64) -> String?
  ) {
    let run = chart.run
    let time = run.time
    let tracks = chart.tracks(atMost: Self.mostTracks)
    beginObject()
    member("host", string: about.host)
    member("kernel", string: about.kernel)
    member("filter", string: about.filter)
    member("home_netns", UInt64(about.homeNetns))
    member("started_us", time.microseconds(run.startedAt))
    member("stopped_us", time.microseconds(run.stoppedAt))
    key("window")
    append("[")
    append(signed: Int(time.since(run, chart.window.lowerBound)))
    append(",")
    append(signed: Int(time.since(run, chart.window.upperBound)))
    append("]")
    zones(run, time)
    key("lost")
    beginObject()
    for stage in run.losses.stages { member(stage.name, stage.count) }
    endObject()
    member("dropped", chart.dropped)
    member("whole_from_us", Int(time.since(run, max(chart.droppedUntil, run.startedAt))))
    member("outside", chart.outside)
    member("older_time_waits", chart.olderTimeWaits)
    words()
    member("tracks", tracks) { $0.track($1) }
    let bars = tracks.flatMap { $0.groups.flatMap(\.bars) }
    member("count", bars.count)
    member("phases", bars.reduce(0) { $0 + $1.phases.count })
    key("bars")
    base64(PackedNumbers(bars, of: run).bytes)
    stories(bars, time, cgroupPath)
    endObject()
  }

  /// Processes of one name share a track beyond this: nobody reads so many.
  private static let mostTracks = 200

  /// The words of the picture, by the numbers that stand for them.
  private mutating func words() {
    member("kinds", array: Phase.Kind.allCases) { $0.append(quoted: $1.name) }
    member("states", array: PackedNumbers.states) { text, state in
      text.append("[")
      text.append(quoted: state?.name ?? "unknown")
      text.append(",")
      text.append(Phase.Kind(state).rawValue)
      text.append("]")
    }
    member("outcomes", Outcome.allCases) { text, outcome in
      text.member("word", outcome.label)
      text.member("mark", outcome.mark)
      text.member("orderly", outcome.isOrderly)
      text.member("open", outcome == .open)
    }
  }

  private mutating func track(_ track: Track) {
    key("owner")
    beginObject()
    switch track.owner {
    case .process(let process):
      member("pid", UInt64(process.pid))
      member("comm", process.comm)
    case .sameName(let comm, _): member("comm", comm)
    case .others, .unknown: break
    }
    member("processes", track.owner.processes)
    endObject()
    member("groups", track.groups) { text, group in
      text.member("role", group.key.role.name)
      text.member("netns", group.key.netns == 0 ? nil : UInt64(group.key.netns))
      switch group.key.service {
      case .remote(let address, let port): text.endpoint("service", address, port)
      case .local(let port): text.member("service", string: ":\(port)")
      }
      text.member("count", group.bars.count)
    }
  }

  /// The whole of each connection, and of the TIME_WAIT that it left.
  private mutating func stories(
    _ bars: [Bar], _ time: LocalTime, _ cgroupPath: (UInt64) -> String?
  ) {
    var texts = TextTable()
    var connections = Columns()
    var waits = Columns()
    var lines = JSONLines(time: time)
    for bar in bars {
      let cgroup = bar.connection.cgroup
      lines.connection(bar.end, cgroupPath: cgroup == 0 ? nil : cgroupPath(cgroup))
      connections.add(lines.text.bytes, &texts)
      lines.text.clear()
      guard let wait = bar.timeWait else {
        waits.addNothing()
        continue
      }
      lines.timeWait(wait)
      waits.add(lines.text.bytes, &texts)
      lines.text.clear()
    }
    columns("connections", connections)
    columns("time_waits", waits)
    member("texts", array: texts.texts) { text, value in
      text.append(bytes: value)
    }
  }

  private mutating func columns(_ name: StaticString, _ columns: Columns) {
    key(name)
    beginObject()
    for (index, column) in columns.columns.enumerated() {
      append(index == 0 ? "\"" : ",\"")
      append(bytes: column.key)
      append("\":")
      base64(column.numbers.bytes)
    }
    endObject()
  }

  private mutating func base64(_ bytes: [UInt8]) {
    append("\"")
    append(base64: bytes)
    append("\"")
  }

  private mutating func append(quoted word: StaticString) {
    append("\"")
    append(word)
    append("\"")
  }

  private mutating func member<Element>(
    _ name: StaticString, array elements: [Element], _ body: (inout Text, Element) -> Void
  ) {
    key(name)
    append("[")
    for (index, element) in elements.enumerated() {
      if index > 0 { append(",") }
      body(&self, element)
    }
    append("]")
  }
}
