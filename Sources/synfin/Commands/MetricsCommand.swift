// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Endpoint
internal import Exposition
internal import Lifecycle
internal import Metrics

struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Metrics text, for Prometheus: once, as a server, or as a file.",
    usage: """
      synfin metrics [--duration <s>] [--openmetrics | --json] [filters]
      synfin metrics --listen 127.0.0.1:9797
      synfin metrics --textfile /var/lib/node_exporter/synfin.prom
      """,
    discussion: """
      Without --listen or --textfile what there is now is written to standard output, once; with \
      --duration, what has been after it. A server gives each scrape what there is at that moment, as \
      OpenMetrics where it is asked; it has /healthz as well. A text file is written beside its place \
      and renamed, as node_exporter's textfile collector wants. SIGHUP attaches the programs anew, and \
      counters go on. No label has a pid, a remote address or an ephemeral port. Every metric: \
      docs/metrics.md.
      """)

  @Option(
    help: ArgumentHelp(
      "Serve them by HTTP at this address; a port alone is at 127.0.0.1.",
      valueName: "addr:port"),
    transform: address)
  var listen: Endpoint.Address?

  @Option(
    help: ArgumentHelp(
      "Write them to this file at each interval, and at the end.", valueName: "file"))
  var textfile: String?

  @Option(
    help: ArgumentHelp("How often the file is written; 15 if not given.", valueName: "seconds"),
    transform: WatchOptions.seconds)
  var interval: Double?

  @Flag(help: "OpenMetrics 1.0 on standard output, and not Prometheus' text 0.0.4.")
  var openmetrics = false

  @Option(
    help: ArgumentHelp(
      "So many ports have numbers of their own, the rest is \"other\".", valueName: "count"),
    transform: WatchOptions.positive)
  var maxPorts: UInt16 = 64

  @Option(
    help: ArgumentHelp(
      "Follow at most so many connections at once; what is more is counted as lost.",
      valueName: "count"),
    transform: WatchOptions.positive)
  var maxConnections: UInt32 = 262_144

  @OptionGroup var source: SourceOptions
  @OptionGroup var options: WatchOptions

  /// Whether it goes on until it is stopped, and standard output has nothing.
  fileprivate var isDaemon: Bool { listen != nil || textfile != nil }

  /// What is written to standard output at the end; `nil` for nothing.
  fileprivate var format: Format? {
    isDaemon ? nil : options.json ? .json : openmetrics ? .openMetrics : .text
  }

  func validate() throws {
    if maxConnections > 1 << 24 {
      throw ValidationError("'\(maxConnections)' is more than the 16777216 that can be followed")
    }
    if openmetrics, options.json { throw ValidationError("--openmetrics or --json, not both") }
    if let interval, interval < 0.1 { throw ValidationError("an interval is at least 0.1 seconds") }
    if interval != nil, textfile == nil { throw ValidationError("--interval is for --textfile") }
    guard isDaemon else { return }
    if openmetrics || options.json {
      throw ValidationError(
        "--openmetrics and --json are for standard output, which has nothing here")
    }
    if source.replay != nil {
      throw ValidationError("a recording is over: its metrics are for standard output")
    }
    if textfile?.isEmpty == true { throw ValidationError("--textfile needs the name of a file") }
  }

  func run() throws {
    var capture = options.capture
    // Nobody sees more often what has come.
    capture.interval = 50_000_000
    // No label has a process: who accepts is only for a filter.
    if !options.filter.asksOwner { capture.tiers.remove(.accepts) }
    // What waits is counted whole, as the kernel counts it.
    capture.onlyFamily = nil
    // What cannot be listened at or written to is known before anything is attached.
    let server = try listen.map { address throws in try Server(at: address) }
    if let textfile { try Textfile.check(textfile) }
    try MetricsRun(command: self, server: server).follow(capture)
  }

  private static func address(_ text: String) throws -> Endpoint.Address {
    do {
      return try Endpoint.Address(text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

/// One run of it, with what was opened before the programs are attached.
private struct MetricsRun: Follower {
  let command: MetricsCommand
  let server: Server?

  var source: SourceOptions { command.source }
  var options: WatchOptions { command.options }

  func follow(_ source: consuming some RecordSource & ~Copyable) throws {
    let origin = source.origin
    let report = SelfReport(
      kernel: origin.kernel, isLive: !source.isReplayed, server: server,
      hasTextfile: command.textfile != nil)
    var daemon: Daemon? = nil
    if command.isDaemon {
      let one = try Daemon(
        report, textfile: command.textfile, interval: command.interval ?? 15,
        from: origin.startedAt)
      for descriptor in one.descriptors { try source.watch(descriptor) }
      daemon = consume one
    }
    let totals = Totals(
      matching: options.filter, startedAt: origin.startedAt, maxPorts: Int(command.maxPorts))
    var view = MetricsView(
      totals, from: source, format: command.format, daemon: daemon, report: report)
    // What there is now is there once all has been read.
    let isOnce = !command.isDaemon && !source.isReplayed
    var watch = Watch(
      source, output: Output(), duration: options.duration ?? (isOnce ? 0 : nil),
      isVerbose: options.verbose, followsTimeWaits: true, capacity: Int(command.maxConnections))
    try watch.run(&view)
    if !view.isWritten { throw ExitCode(ExitStatus.failed) }
  }
}
