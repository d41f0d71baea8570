// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// What a run has come to at one moment, over all sources that it has had.
struct Standing {
  /// Of the last reading, in the clock of the records.
  var now: UInt64 = 0
  var transitions: UInt64 = 0
  var losses = Losses()
  /// What programs of each name have cost; only where a view reads it.
  private(set) var programs: [ProgramRuns] = []

  mutating func add(_ more: [ProgramRuns]) {
    for runs in more {
      if let known = programs.firstIndex(where: { $0.name == runs.name }) {
        programs[known].runs += runs.runs
        programs[known].nanoseconds += runs.nanoseconds
      } else {
        programs.append(runs)
      }
    }
  }
}
