// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Lifecycle
internal import Report
internal import Timeline

/// `timeline`: nothing until the end, and then a picture of all that has ended, and of what is still
/// there.
struct TimelineView: View, ~Copyable {
  private var collector: Collector
  private var run: Run
  private let options: TimelineOptions
  private var look: Picture.Look
  private let cgroups: Cgroups
  private var chart: Chart?
  private var text = Text()
  private let about: HTMLPage.About

  init(
    _ collector: Collector, run: Run, options: TimelineOptions, look: Picture.Look,
    about: HTMLPage.About, cgroups: Cgroups
  ) {
    self.collector = collector
    self.run = run
    self.options = options
    self.look = look
    self.about = about
    self.cgroups = cgroups
  }

  mutating func beginPass(now: UInt64) { collector.beginPass(now: now) }

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    cgroups.keep(connection, edge)
    collector.transition(connection, edge, at: at)
  }

  mutating func finished(_ end: ConnectionEnd) { collector.finished(end) }
  mutating func timeWaitEnded(_ end: TimeWaitEnd) { collector.timeWaitEnded(end) }
  mutating func resize(_ width: Int) { look.width = width }

  mutating func summary(_ summary: Summary) {
    run.stoppedAt = max(run.startedAt, collector.lastHeardAt)
    run.losses = summary.losses
    chart = Chart(collector, of: run, window: options.window(of: run), order: options.sort)
  }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    guard let chart else { return }
    self.chart = nil
    switch options.format {
    case .text:
      var picture = Picture(chart, look)
      picture.write(to: &text)
      try body(&text)
    case .perfetto:
      var events = TraceEvents(chart, cgroupPath: cgroups.path)
      try events.write(into: &text, body)
    case .html:
      HTMLPage(chart, about: about, cgroupPath: cgroups.path).write(into: &text)
      try body(&text)
    }
  }
}
