// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Lifecycle
internal import Report
internal import Tour

struct TourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "Six questions about TCP, answered by this host's own kernel.",
    usage: "synfin tour [<question> ...] [--full] [--json] [--html <file>] [-v]",
    discussion: """
      Makes each case happen, on loopback or between network namespaces of its own, traces it like any \
      other connection, and shows what the kernel did beside what is to be expected and why. Where the \
      kernel contradicts that, it says so, and the exit status is 1. It changes nothing on this host, and \
      leaves nothing behind.
      """)

  @Argument(help: "Which of the questions, 1 to 6; all of them if none is named.")
  var question: [Int] = []

  @Flag(help: "Wait for what takes a minute: the end of TIME_WAIT.")
  var full = false

  @Flag(help: "One JSON object per case, with all of its evidence, and per question.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Also write it to this file, when it is whole: a page for any browser.",
      valueName: "file"))
  var html: String?

  @Flag(name: .shortAndLong, help: "Say what was loaded and why, with libbpf's own log.")
  var verbose = false

  func validate() throws {
    for number in question where !Question.all.contains(where: { $0.number == number }) {
      throw ValidationError("there is no question \(number): they are 1 to 6")
    }
    if html?.isEmpty == true || html == "-" {
      throw ValidationError("--html needs the name of a file: standard output has the tour itself")
    }
  }

  func run() throws {
    var options = CaptureOptions()
    options.tiers.remove(.scans)
    let source = try LiveSource.attach(options, isVerbose: verbose)
    let origin = source.origin
    let time = LocalTime(origin)
    var director = Director(source, isVerbose: verbose, isFull: full)
    let output = Output()
    guard let html else {
      if let accounts = try tell(&director, time, on: output) { try judge(accounts) }
      return
    }
    // Whether it can be written is known before anything is played.
    var file = try OutputFile(html)
    let startedAt = Monotonic.now()
    guard let accounts = try tell(&director, time, on: output) else { return }
    let about = TourPage.About(
      host: origin.host, kernel: origin.kernel, version: Synfin.version, startedAt: startedAt,
      endedAt: Monotonic.now())
    var page = Text()
    TourPage(accounts, about: about, time: time).write(into: &page)
    try file.write(&page)
    try file.commit()
    try judge(accounts)
  }

  private func tell(
    _ director: inout Director, _ time: LocalTime, on output: Output
  ) throws -> [Account]? {
    if json {
      var telling = JSONTelling(time: time)
      return try play(&director, &telling, to: output)
    }
    var telling = TextTelling(hasColour: output.hasColour)
    return try play(&director, &telling, to: output)
  }

  /// - Returns: what has come of it; `nil` where it was ended before.
  private func play(
    _ director: inout Director, _ telling: inout some Telling & ~Copyable, to output: Output
  ) throws -> [Account]? {
    let accounts: [Account]
    do {
      accounts = try director.play(
        Question.all.filter { question.isEmpty || question.contains($0.number) }, &telling,
        to: output)
    } catch is Interrupted {
      director.end()
      return nil
    } catch Output.Failure.closed {
      return nil
    } catch Output.Failure.interrupted {
      return nil
    } catch Output.Failure.failed(let number) {
      throw SystemError("writing to \(output.name)", number)
    }
    director.end()
    return accounts
  }

  private func judge(_ accounts: [Account]) throws {
    let contradicted = Tally(accounts).contradicted
    if contradicted > 0 {
      Diagnostics.write(
        "the kernel contradicted the tour \(contradicted) \(contradicted == 1 ? "time" : "times")")
      throw ExitCode(ExitStatus.failed)
    }
  }
}
