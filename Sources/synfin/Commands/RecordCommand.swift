// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Glibc
internal import Lifecycle
internal import Report

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record all that the kernel tells, to look at it later and elsewhere.",
    usage: "synfin record -o <file> [--rotate-mib <mib>] [--keep <n>] [filters] ...",
    discussion: """
      Every other command reads the file with --replay, without root, on any Linux machine. It can be \
      read at any moment, also of a recorder that was killed: at most its last second is missing. A \
      file that is there already is not written over but gets a number, as those that are whole get \
      when it rotates: <file>.1, <file>.2 and so on. Of the filters, --netns and --family record less; \
      the others are for --replay.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to; - for standard output.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp("Go on in another file when this one has so much.", valueName: "mib"),
    transform: WatchOptions.positive)
  var rotateMib: UInt32?

  @Option(
    help: ArgumentHelp("Go on in another file after such a time.", valueName: "seconds"),
    transform: WatchOptions.seconds)
  var rotateSeconds: Double?

  @Option(
    help: ArgumentHelp(
      "Keep so many whole files of this run, and remove older ones.", valueName: "n"),
    transform: WatchOptions.positive)
  var keep: UInt32?

  @OptionGroup var options: WatchOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("-o needs the name of a file") }
    if output == "-" {
      if rotateMib != nil || rotateSeconds != nil {
        throw ValidationError("standard output cannot rotate")
      }
      if options.json {
        throw ValidationError("standard output is for the recording, not for --json")
      }
      if isatty(STDOUT_FILENO) == 1 {
        throw ValidationError("a recording is not for a terminal: redirect standard output")
      }
    }
    if let rotateSeconds, rotateSeconds < 1 {
      throw ValidationError("a file takes at least 1 second")
    }
    if keep != nil, rotateMib == nil, rotateSeconds == nil {
      throw ValidationError("--keep is for files that rotate: --rotate-mib or --rotate-seconds")
    }
  }

  func run() throws {
    let live = try LiveSource.attach(options.capture, isVerbose: options.verbose)
    let rotation = Rotation(
      size: rotateMib.map { UInt64($0) << 20 }, time: rotateSeconds.map { UInt64($0 * 1e9) },
      keep: keep.map(Int.init))
    let source = try RecordingSource(live, to: output, rotating: rotation)
    if options.filter.asksMoreThanTheKernel {
      Diagnostics.write("everything is recorded: give --replay the filters again")
    }
    var recorder = Recorder(source)
    recorder.begin()
    if options.verbose { for note in recorder.notes { Diagnostics.write(note) } }
    Diagnostics.write(recorder.introduction)
    let deadline = options.duration.map { recorder.origin.startedAt + UInt64($0 * 1e9) }
    let failure = follow(&recorder, until: deadline)
    if options.verbose {
      for line in recorder.lossDetail { Diagnostics.write("lost in \(line)") }
    }
    try summarize(recorder.report)
    // Who has read it from standard output has enough.
    if let failure, output != "-" || failure.number != EPIPE { throw failure }
  }

  private func follow(_ recorder: inout Recorder, until deadline: UInt64?) -> SystemError? {
    do throws(SystemError) {
      while try recorder.pass(until: deadline) == .records {}
      try recorder.finish()
      return nil
    } catch {
      return error
    }
  }

  private func summarize(_ report: Recorder.Report) throws {
    let summary = Summary(
      transitions: report.transitions, connections: report.connections, losses: report.losses,
      hasFollowed: false)
    if options.json {
      var lines = JSONLines(time: LocalTime(offsetToEpoch: 0))
      for stage in report.losses.stages where stage.count > 0 {
        lines.lost(stage.name, stage.count)
      }
      lines.summary(summary)
      do throws(Output.Failure) {
        try Output().write(&lines.text)
      } catch {}
    }
    Diagnostics.write(
      "summary \(summary.sentence), \(report.records) records in \(report.bytes) bytes"
        + (report.files > 1 ? " and \(report.files) files" : ""))
  }
}
