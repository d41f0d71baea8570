// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Metrics
internal import Report
internal import Top

struct Top: ParsableCommand, Follower {
  static let configuration = CommandConfiguration(
    abstract: "Live table: ports, processes, handshakes, closes, TIME_WAIT.",
    usage: "synfin top [--interval <s>] [--json] [filters] [--duration <s>] [-v]",
    discussion: """
      On a terminal a screen, with keys to sort, filter, select and pause: ? shows them. Elsewhere, and \
      where NO_COLOR is set, plain tables, one after the other. PORT is the one that was listened at: \
      < of this host, > of the remote; ? where it was opened before the start: the lower of the two. \
      P50 and P99 are those of the last minute, of the time to connect (>) or of the handshake's round \
      trip (<); FAILED, RESET and CLOSED count since the start.
      """)

  @Option(
    help: ArgumentHelp("A new table after each such time.", valueName: "seconds"),
    transform: WatchOptions.seconds)
  var interval: Double = 1

  @OptionGroup var source: SourceOptions
  @OptionGroup var options: WatchOptions

  func validate() throws {
    if interval < 0.1 { throw ValidationError("an interval is at least 0.1 seconds") }
  }

  /// On a screen somebody looks.
  var usualSpeed: Double? { !options.json && Output().hasColour ? 1 : nil }

  func run() throws {
    var capture = options.capture
    // Nobody sees more often than a frame what has come.
    capture.interval = 50_000_000
    try follow(capture)
  }

  func follow(_ source: consuming some RecordSource & ~Copyable) throws {
    let output = Output()
    let time = LocalTime(source.origin)
    let book = TopBook(
      filter: options.filter, startedAt: source.origin.startedAt, interval: interval)
    if options.json {
      try watch(source, output, TopView(book, JSONFace(lines: JSONLines(time: time))))
    } else if output.hasColour {
      let terminal = try Terminal(output)
      for descriptor in terminal.descriptors { try source.watch(descriptor) }
      try watch(source, output, TopView(book, ScreenFace(terminal, time)))
    } else {
      try watch(source, output, TopView(book, TableFace(TopLines(time: time, width: output.width))))
    }
  }

  private func watch(
    _ source: consuming some RecordSource & ~Copyable, _ output: Output,
    _ view: consuming some View & ~Copyable
  ) throws {
    var watch = Watch(
      source, output: output, duration: options.duration, isVerbose: options.verbose,
      followsTimeWaits: true)
    try watch.run(&view)
  }
}
