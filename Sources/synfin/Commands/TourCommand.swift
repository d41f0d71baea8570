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
    usage: "synfin tour [<question> ...] [-v]",
    discussion: """
      Makes each case happen, on loopback or between network namespaces of its own, traces it like any \
      other connection, and shows what the kernel did beside what is to be expected and why. Where the \
      kernel contradicts that, it says so, and the exit status is 1. It changes nothing on this host, and \
      leaves nothing behind.
      """)

  @Argument(help: "Which of the questions, 1 to 6; all of them if none is named.")
  var question: [Int] = []

  @Flag(name: .shortAndLong, help: "Say what was loaded and why, with libbpf's own log.")
  var verbose = false

  func validate() throws {
    for number in question where !Question.all.contains(where: { $0.number == number }) {
      throw ValidationError("there is no question \(number): they are 1 to 6")
    }
  }

  func run() throws {
    let output = Output()
    var options = CaptureOptions()
    options.tiers.remove(.scans)
    var director = Director(
      try LiveSource.attach(options, isVerbose: verbose), isVerbose: verbose, isFull: false)
    var telling = TextTelling(hasColour: output.hasColour)
    var total = Tally()
    var contradictions: [String] = []
    do {
      for question in Question.all where asked(question) {
        var tally = Tally()
        telling.begin(question)
        for played in question.cases {
          let performance = try director.play(played, of: question)
          telling.tell(performance)
          tally.add(performance.tally)
          contradictions += performance.contradictions
          try output.write(&telling.text)
        }
        telling.end(question, tally)
        total.add(tally)
        try output.write(&telling.text)
      }
      telling.end(total, contradictions: contradictions)
      try output.write(&telling.text)
    } catch Output.Failure.closed {
      return
    } catch is Interrupted {
      return director.end()
    }
    director.end()
    if total.contradicted > 0 {
      Diagnostics.write("the kernel contradicted the tour \(total.contradicted) times")
      throw ExitCode(ExitStatus.failed)
    }
  }

  private func asked(_ other: Question) -> Bool {
    question.isEmpty || question.contains(other.number)
  }
}
