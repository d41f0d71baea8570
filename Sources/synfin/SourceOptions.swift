// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser

/// Where a command that follows gets its records from, and whether they are kept.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read a recording instead of the kernel, without root; - for standard input.",
      valueName: "file"))
  var replay: String?

  @Option(
    help: ArgumentHelp("Record all that this is told of as well.", valueName: "file"))
  var record: String?

  /// Whether it is this host that is followed, and nobody wants to read it again.
  var isPlain: Bool { replay == nil && record == nil }

  func validate() throws {
    if replay?.isEmpty ?? false { throw ValidationError("--replay needs the name of a file") }
    guard let record else { return }
    if record.isEmpty || record == "-" {
      throw ValidationError("--record needs the name of a file: standard output is for the view")
    }
    if replay != nil { throw ValidationError("what is replayed is recorded already: copy it") }
  }
}
