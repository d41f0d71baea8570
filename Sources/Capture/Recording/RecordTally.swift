// SPDX-License-Identifier: Apache-2.0
internal import CBPF

/// What was recorded, in numbers that need no tracker.
struct RecordTally {
  private(set) var transitions: UInt64 = 0
  /// Connections that began, or that the first scan has found.
  private(set) var connections: UInt64 = 0
  var isFirstScan = true

  @inline(__always)
  mutating func add(_ kind: UInt8, state: UInt8) {
    // From the open to the CLOSE, in the order of enum synfin_kind.
    if kind <= UInt8(SYNFIN_CLOSE.rawValue) { transitions += 1 }
    if kind <= UInt8(SYNFIN_OPEN_PASSIVE.rawValue) { connections += 1 }
    if kind == UInt8(SYNFIN_FOUND.rawValue), isFirstScan, state != 10, state != 7 {
      connections += 1
    }
  }
}
