// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Report
internal import Timeline

struct TimelineCommand: ParsableCommand, Follower {
  static let configuration = CommandConfiguration(
    commandName: "timeline",
    abstract: "Connections of each process drawn over time.",
    usage: "synfin timeline [--format <format>] [-o <file>] [--duration <s>] ...",
    discussion: """
      Follows connections until Ctrl-C or the end of --duration, and then draws them: a track for each \
      process, a bar for each connection, with a sign for each state it was in, and a word for its end; \
      a state in capitals is one it was still in. A column shows what took most of its time. Where \
      there are more connections than rows, those to one remote, or at one port, share one.
      """)

  @OptionGroup var picture: TimelineOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var options: WatchOptions

  func validate() throws {
    if options.json, picture.isShaped {
      throw ValidationError("--json has all there is: no format, window, order or rows")
    }
    if picture.output?.isEmpty == true { throw ValidationError("-o needs the name of a file") }
  }

  func run() throws { try follow(options.capture) }

  func follow(_ source: consuming some RecordSource & ~Copyable) throws {
    guard let path = picture.output, path != "-" else { return try draw(source, on: Output()) }
    var file = try OutputFile(path)
    try draw(source, on: Output(descriptor: file.descriptor, name: path))
    try file.commit()
  }

  private func draw(
    _ source: consuming some RecordSource & ~Copyable, on output: Output
  ) throws {
    let (origin, cgroups) = (source.origin, source.cgroups)
    var watch = Watch(
      source, output: output, duration: options.duration, isVerbose: options.verbose,
      followsTimeWaits: true)
    if options.json {
      var view = JSONView(
        lines: JSONLines(time: LocalTime(origin)), filter: options.filter, hasTransitions: false,
        cgroups: cgroups)
      return try watch.run(&view)
    }
    let run = Run(
      startedAt: origin.startedAt, stoppedAt: origin.startedAt,
      offsetToEpoch: origin.offsetToEpoch, utcOffset: origin.utcOffset, tiers: origin.tiers)
    let collector = Collector(
      filter: options.filter, limit: picture.limit, startedAt: run.startedAt)
    var view = TimelineView(
      collector, run: run, options: picture, look: picture.look(on: output),
      about: about(origin), cgroups: cgroups)
    try watch.run(&view)
  }
}

extension TimelineCommand {
  private func about(_ origin: Origin) -> HTMLPage.About {
    HTMLPage.About(
      host: origin.host, kernel: origin.kernel, homeNetns: origin.homeNetns,
      filter: options.filterInWords)
  }
}

/// What a picture can be asked.
struct TimelineOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, html, perfetto
  }

  @Option(
    help: ArgumentHelp(
      "What to draw for: a terminal, a browser, or Perfetto's UI.", valueName: "format"))
  var format = Format.text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file, when it is whole.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Draw from this time on: seconds since the start, or HH:MM:SS[.frac].", valueName: "time"),
    transform: TimePoint.parse)
  var from: TimePoint?

  @Option(
    help: ArgumentHelp("Draw until this time.", valueName: "time"), transform: TimePoint.parse)
  var to: TimePoint?

  @Option(
    help: ArgumentHelp(
      "What comes first: start, duration, count (most connections), process or remote.",
      valueName: "order"), transform: order)
  var sort = Chart.Order.start

  @Option(
    help: ArgumentHelp(
      "At most so many processes, and rows for each; what is more is merged.", valueName: "rows"),
    transform: count)
  var rows = Self.rows

  @Option(
    help: ArgumentHelp(
      "Keep at most so many connections, the last to end; 1000 bytes each.", valueName: "count"),
    transform: count)
  var limit = 100_000

  /// Whether anything was asked that is of pictures only.
  var isShaped: Bool {
    format != .text || from != nil || to != nil || sort != .start || rows != Self.rows
  }
  private static let rows = 20

  /// `nil` for all of the run.
  func window(of run: Run) -> ClosedRange<UInt64>? {
    if from == nil, to == nil { return nil }
    let first = from?.moment(in: run) ?? run.startedAt
    let last = to?.moment(in: run) ?? max(run.stoppedAt, first)
    return min(first, last)...last
  }

  func look(on output: Output) -> Picture.Look {
    Picture.Look(
      width: output.width, isColoured: output.hasColour, isUnicode: output.isUnicode, rows: rows)
  }

  private static func order(_ text: String) throws -> Chart.Order {
    guard let order = Chart.Order(rawValue: text) else {
      let names = Chart.Order.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(text)' is not an order: one of \(names)")
    }
    return order
  }

  private static func count(_ text: String) throws -> Int {
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int(text),
      (1...10_000_000).contains(count)
    else { throw ValidationError("'\(text)' is not a number from 1 to 10000000") }
    return count
  }
}
