// SPDX-License-Identifier: Apache-2.0
internal import CBPF

/// What was recorded, in numbers that need no tracker.
struct RecordTally {
  private(set) var transitions: UInt64 = 0
  /// Connections that began, or that the first scan has found.
  private(set) var connections: UInt64 = 0
  /// Those that were heard of until the first scan is over: it finds a socket once by itself, and again
  /// with each process that holds it.
  private var heardOf: Set<UInt64> = []
  private var isFirstScan = true

  /// What a transition that is told by its states alone counts as.
  static func kind(from old: UInt8, to new: UInt8) -> UInt8 {
    let kind =
      switch (old, new) {
      case (close, listen), (listen, close): SYNFIN_LISTEN
      case (close, _): SYNFIN_OPEN_ACTIVE
      case (listen, _): SYNFIN_OPEN_PASSIVE
      case (_, close): SYNFIN_CLOSE
      default: SYNFIN_STEP
      }
    return UInt8(kind.rawValue)
  }

  @inline(__always)
  mutating func add(_ kind: UInt8, state: UInt8, socket: UInt64) {
    // From the open to the CLOSE, in the order of enum synfin_kind.
    if kind <= UInt8(SYNFIN_CLOSE.rawValue) { transitions += 1 }
    if isFirstScan { return hear(of: socket, kind, state: state) }
    if kind <= UInt8(SYNFIN_OPEN_PASSIVE.rawValue) { connections += 1 }
  }

  /// What is found from now on was there without being told.
  mutating func endFirstScan() {
    isFirstScan = false
    heardOf = []
  }

  private mutating func hear(of socket: UInt64, _ kind: UInt8, state: UInt8) {
    let isFound =
      kind == UInt8(SYNFIN_FOUND.rawValue) && state != Self.listen && state != Self.close
    if kind <= UInt8(SYNFIN_OPEN_PASSIVE.rawValue) { heardOf.remove(socket) }
    if kind <= UInt8(SYNFIN_CLOSE.rawValue) || isFound, heardOf.insert(socket).inserted {
      connections += 1
    }
    if kind == UInt8(SYNFIN_CLOSE.rawValue) { heardOf.remove(socket) }
  }

  /// `TCP_CLOSE` and `TCP_LISTEN`.
  private static let close: UInt8 = 7
  private static let listen: UInt8 = 10
}
