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
    help: ArgumentHelp(
      "Replay so many times as fast as it was recorded, and not as fast as it goes.",
      valueName: "factor"),
    transform: speed)
  var speed: Double?

  @Option(
    help: ArgumentHelp("Record all that this is told of as well.", valueName: "file"))
  var record: String?

  /// Whether it is this host that is followed, and nobody wants to read it again.
  var isPlain: Bool { replay == nil && record == nil }

  private static func speed(_ text: String) throws -> Double {
    guard let speed = try? WatchOptions.seconds(text), speed >= 0.001 else {
      throw ValidationError("'\(text)' is not a factor, such as 1 or 60")
    }
    return speed
  }

  func validate() throws {
    if replay?.isEmpty ?? false { throw ValidationError("--replay needs the name of a file") }
    if speed != nil, replay == nil { throw ValidationError("--speed is for --replay") }
    guard let record else { return }
    if record.isEmpty || record == "-" {
      throw ValidationError("--record needs the name of a file: standard output is for the view")
    }
    if replay != nil { throw ValidationError("what is replayed is recorded already: copy it") }
  }
}
