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
    usage: "synfin tour [<question> ...] [--full] [--json] [-v]",
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

  @Flag(name: .shortAndLong, help: "Say what was loaded and why, with libbpf's own log.")
  var verbose = false

  func validate() throws {
    for number in question where !Question.all.contains(where: { $0.number == number }) {
      throw ValidationError("there is no question \(number): they are 1 to 6")
    }
  }

  func run() throws {
    var options = CaptureOptions()
    options.tiers.remove(.scans)
    let source = try LiveSource.attach(options, isVerbose: verbose)
    let time = LocalTime(source.origin)
    var director = Director(source, isVerbose: verbose, isFull: full)
    let output = Output()
    if json {
      var telling = JSONTelling(time: time)
      try play(&director, &telling, to: output)
    } else {
      var telling = TextTelling(hasColour: output.hasColour)
      try play(&director, &telling, to: output)
    }
  }

  private func play(
    _ director: inout Director, _ telling: inout some Telling & ~Copyable, to output: Output
  ) throws {
    let accounts: [Account]
    do {
      accounts = try director.play(
        Question.all.filter { question.isEmpty || question.contains($0.number) }, &telling,
        to: output)
    } catch is Interrupted {
      return director.end()
    } catch Output.Failure.closed {
      return
    } catch Output.Failure.interrupted {
      return
    } catch Output.Failure.failed(let number) {
      throw SystemError("writing to \(output.name)", number)
    }
    director.end()
    let contradicted = Tally(accounts).contradicted
    if contradicted > 0 {
      Diagnostics.write(
        "the kernel contradicted the tour \(contradicted) \(contradicted == 1 ? "time" : "times")")
      throw ExitCode(ExitStatus.failed)
    }
  }
}
