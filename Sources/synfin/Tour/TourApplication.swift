// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Tour

/// A process of the tour's own, which the tour starts to see whose a TIME_WAIT is.
struct TourApplication: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ApplicationScript.command, shouldDisplay: false)

  @Argument var name: String

  func run() throws { ApplicationScript.run(named: name) }
}
