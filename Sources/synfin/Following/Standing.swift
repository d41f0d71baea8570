// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// What a run has come to at one moment, over all sources that it has had.
struct Standing {
  /// Of the last reading, in the clock of the records.
  var now: UInt64 = 0
  var transitions: UInt64 = 0
  var connections: UInt64 = 0
  var losses = Losses()
  /// Only where a view reads them.
  var programs: [ProgramRuns] = []
}
