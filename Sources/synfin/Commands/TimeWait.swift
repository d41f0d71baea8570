// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Report

struct TimeWait: ParsableCommand, Follower {
  static let configuration = CommandConfiguration(
    commandName: "timewait",
    abstract: "What waits in TIME_WAIT, per port and remote, and who left it there.",
    usage: "synfin timewait [--json] [filters] [--duration <s>] [--interval <s>] [-v]",
    discussion: """
      At once, without BPF: what waits now, in each network namespace; per local port; and per remote \
      with the share of the local ports that it takes. With --duration or --interval it follows them \
      from then on, and so knows who leaves them there, how their number grows, and when no local \
      port will be left for a remote. FIN_WAIT2 are those of sockets that nobody holds any more; the \
      kernel counts both as one. Drift is what synfin counts less what the kernel does.
      """)

  @Option(
    help: ArgumentHelp("Count again after each such time.", valueName: "seconds"),
    transform: WatchOptions.seconds)
  var interval: Double?

  @OptionGroup var source: SourceOptions
  @OptionGroup var options: WatchOptions

  func validate() throws {
    if let interval, interval < 0.1 { throw ValidationError("an interval is at least 0.1 seconds") }
  }

  /// Whether all that is asked is what waits now.
  private var isSnapshot: Bool {
    options.duration == nil && interval == nil && source.isPlain
  }

  func run() throws {
    if isSnapshot, try snapshot() { return }
    var capture = options.capture
    capture.tiers = [.minis, .scans]
    // What waits is counted whole, as the kernel counts it, and filtered when it is shown.
    capture.onlyFamily = nil
    try follow(capture)
  }

  func follow(_ source: consuming some RecordSource & ~Copyable) throws {
    let output = Output()
    let origin = source.origin
    if origin.tiers.contains(.statesOnly) {
      let refusal = Refusal(
        .unsupported,
        "what waits in TIME_WAIT cannot be followed by classic tracepoints; without --duration, --interval "
          + "and --record it is counted at once")
      throw Diagnostics.explain(refusal, isVerbose: false)
    }
    var view = CensusView(
      render(output, LocalTime(origin), host: origin.homeNetns), filter: options.filter,
      startedAt: origin.startedAt, interval: interval)
    // Where the kernel cannot list sockets, it can be asked by BPF; then this is over at once.
    let duration = options.duration ?? (isSnapshot ? 0 : nil)
    var watch = Watch(
      source, output: output, duration: duration, isVerbose: options.verbose,
      followsTimeWaits: true)
    try watch.run(&view)
  }

  /// Returns `false` where this kernel has no sock_diag for TCP.
  private func snapshot() throws -> Bool {
    guard let (census, unseen) = try TimeWaitSnapshot.take(matching: options.filter) else {
      return false
    }
    for sentence in unseen.sentences(without: "what waits there") { Diagnostics.write(sentence) }
    let output = Output()
    var lines = render(
      output, LocalTime(offsetToEpoch: Monotonic.offsetToEpoch()), host: NetworkNamespace.home)
    lines.census(census)
    do {
      try lines.withText(output.write)
    } catch Output.Failure.failed(let number) {
      throw SystemError("writing to standard output", number)
    } catch {}
    return true
  }

  private func render(_ output: Output, _ time: LocalTime, host: UInt32) -> CensusLines {
    CensusLines(
      isJSON: options.json, json: JSONLines(time: time),
      table: TimeWaitLines(width: output.width, host: host))
  }
}

/// A census for people or as JSON, and how it grows from one to the next.
private struct CensusLines: ~Copyable {
  private let isJSON: Bool
  private var json: JSONLines
  private var table: TimeWaitLines
  private var growth = Growth()
  private var hasBegun = false

  init(isJSON: Bool, json: consuming JSONLines, table: consuming TimeWaitLines) {
    self.isJSON = isJSON
    self.json = json
    self.table = table
  }

  mutating func census(_ census: TimeWaitCensus) {
    growth.add(census)
    if isJSON {
      json.census(census, growth: growth)
    } else {
      if hasBegun { table.text.append("\n") }
      table.census(census, growth: growth)
      hasBegun = true
    }
  }

  mutating func resize(_ width: Int) { table.resize(width) }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    if isJSON { try body(&json.text) } else { try body(&table.text) }
  }
}

/// `timewait` over some time: a census at each interval, and one at the end.
private struct CensusView: View, ~Copyable {
  private var lines: CensusLines
  private let filter: Filter
  private var cadence: Cadence?

  init(_ lines: consuming CensusLines, filter: Filter, startedAt: UInt64, interval: Double?) {
    self.lines = lines
    self.filter = filter
    cadence = interval.map { Cadence($0, from: startedAt) }
  }

  var censusFilter: Filter? { filter }
  var censusDue: UInt64? { cadence?.due }

  mutating func census(_ census: TimeWaitCensus) {
    if cadence?.take(at: census.at) ?? true { lines.census(census) }
  }

  mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {}
  mutating func finished(_ end: ConnectionEnd) {}
  mutating func resize(_ width: Int) { lines.resize(width) }

  mutating func withText<Failure>(
    _ body: (inout Text) throws(Failure) -> Void
  ) throws(Failure) {
    try lines.withText(body)
  }
}
