// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Report

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What this host allows, what is degraded, and why.",
    discussion: """
      One line each: yes, no or unknown; what was asked; what was found; and, in brackets, what of \
      synfin it decides. The last lines are what was really loaded and attached. The exit status \
      is that of a trace: 0, 69 where the host cannot do it, 77 where it is not permitted.
      """)

  @Option(
    help: ArgumentHelp(
      "Read this kernel's types in a file, where it has no BTF of its own.", valueName: "file"),
    transform: WatchOptions.types)
  var btf: String?

  @Flag(name: .shortAndLong, help: "libbpf's own log, on stderr.")
  var verbose = false

  func run() throws {
    let examination = Examination.run(try SourceChoice.asked(), btf: btf)
    let output = Output()
    let width = examination.checks.map(\.name.count).max() ?? 0
    var text = Text()
    for check in examination.checks {
      text.append(check.answer.rawValue.padded(to: 8))
      text.append(check.name.padded(to: width + 2))
      text.append(check.detail)
      text.append(" [\(check.decides)]\n")
    }
    do {
      try output.write(&text)
    } catch .closed {
      return
    }
    if let refusal = examination.refusal {
      throw Diagnostics.explain(refusal, isVerbose: verbose)
    }
    if verbose { Diagnostics.write(examination.log) }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
