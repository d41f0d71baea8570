// SPDX-License-Identifier: Apache-2.0
import CBPF
import Testing

@testable import Capture

/// What a recorder says at its end is what whoever replays it will count.
struct RecordTallyTests {
  private let found = UInt8(SYNFIN_FOUND.rawValue)
  private let open = UInt8(SYNFIN_OPEN_PASSIVE.rawValue)
  private let step = UInt8(SYNFIN_STEP.rawValue)
  private let closed = UInt8(SYNFIN_CLOSE.rawValue)

  /// By itself, and with two processes that hold it.
  @Test func whatIsFoundThriceIsOne() {
    var tally = RecordTally()
    for socket in [1, 2, 1, 1, 2] as [UInt64] { tally.add(found, state: 1, socket: socket) }
    #expect(tally.connections == 2 && tally.transitions == 0)
  }

  @Test func listenersAndSocketsOutsideAnyAreNone() {
    var tally = RecordTally()
    for state in [7, 10] as [UInt8] { tally.add(found, state: state, socket: UInt64(state)) }
    #expect(tally.connections == 0)
  }

  /// What happens while the first scan is under way is found by it as well, or is gone by then.
  @Test func whatHappensMeanwhile() {
    var tally = RecordTally()
    tally.add(open, state: 3, socket: 1)
    tally.add(found, state: 1, socket: 1)
    tally.add(step, state: 8, socket: 2)
    tally.add(found, state: 8, socket: 2)
    tally.add(closed, state: 7, socket: 3)
    // The same memory again.
    tally.add(open, state: 3, socket: 3)
    tally.add(found, state: 1, socket: 3)
    #expect(tally.connections == 4 && tally.transitions == 4)
  }

  /// Later scans are for who may have missed something.
  @Test func laterScansFindNothingNew() {
    var tally = RecordTally()
    tally.add(found, state: 1, socket: 1)
    tally.endFirstScan()
    for socket in [1, 2] as [UInt64] { tally.add(found, state: 1, socket: socket) }
    tally.add(open, state: 3, socket: 3)
    tally.add(closed, state: 7, socket: 3)
    #expect(tally.connections == 2 && tally.transitions == 2)
  }
}
