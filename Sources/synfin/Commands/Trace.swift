// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Report

struct Trace: ParsableCommand, Follower {
  static let configuration = CommandConfiguration(
    abstract: "One line per finished connection, as it ends.",
    usage: "synfin trace [--transitions] [--json] [filters] [--duration <s>] [-v] ...",
    discussion: """
      OPEN is the time from SYN to ESTABLISHED where this end connected (>), and from SYN-ACK to \
      ACK where it accepted (<); +1 behind it is a SYN or SYN-ACK that was sent again. END is how \
      it ended and who closed first; a state in capitals is one it was still in at the stop. ? is \
      what the kernel did not tell. Lines are as wide as the terminal, or as COLUMNS says.
      """)

  @Flag(help: "One line per state change instead.")
  var transitions = false

  @Flag(
    help: """
      Do not ask who accepts: it is learned when that process closes. Where doctor has no trampolines, \
      every system call of the host takes some 35 ns less for it.
      """)
  var noAccepts = false

  @OptionGroup var source: SourceOptions
  @OptionGroup var options: WatchOptions

  func run() throws {
    var capture = options.capture
    if noAccepts { capture.tiers.remove(.accepts) }
    try follow(capture)
  }

  func follow(_ source: consuming some RecordSource & ~Copyable) throws {
    let output = Output()
    let cgroups = source.cgroups
    let time = LocalTime(source.origin)
    let filter = options.filter
    var watch = Watch(
      source, output: output, duration: options.duration, isVerbose: options.verbose,
      followsTimeWaits: options.json || !transitions)
    if options.json {
      var view = JSONView(
        lines: JSONLines(time: time), filter: filter, hasTransitions: transitions,
        cgroups: cgroups)
      try watch.run(&view)
    } else if transitions {
      var view = TransitionView(
        lines: TransitionLines(time: time, width: output.width), filter: filter)
      try watch.run(&view)
    } else {
      var view = ConnectionView(
        lines: ConnectionLines(time: time, width: output.width), filter: filter)
      try watch.run(&view)
    }
  }
}
