// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Lifecycle

/// What of one CPU's records has not arrived. Each carries how many of its kind the CPU has had to tell, so
/// that a hole before it is known to the unit; what is missing after the last is known by the same count in
/// a map (`struct synfin_due`).
struct DueCount {
  typealias Kinds = SIMD4<UInt32>

  /// By the last record that has arrived.
  private var due = Kinds.zero
  /// Holes before it, by kind. One that fills again, as where a processor stood still between the count and
  /// the record, is taken back.
  private var holes = SIMD4<Int64>.zero
  /// The most that was known to be lost: nothing that was counted is found again.
  private(set) var lost = SIMD4<UInt64>.zero

  /// A record has arrived.
  mutating func arrived(_ count: synfin_due, of kind: Int) {
    let now = Self.kinds(count)
    holes &+= Self.difference(now, due)
    holes[kind] -= 1
    due = now
  }

  /// Everything that the CPU had written until it was asked has arrived.
  ///
  /// - Parameter count: what it has had to tell until before that.
  mutating func settle(_ count: synfin_due) {
    // A record that came meanwhile is ahead of the count.
    let behind = Self.difference(Self.kinds(count), due)
    let missing = holes &+ behind.replacing(with: 0, where: behind .< 0)
    for kind in 0..<4 where missing[kind] > 0 {
      lost[kind] = max(lost[kind], UInt64(missing[kind]))
    }
  }

  /// Whether something of it may be on its way.
  func isBehind(_ count: synfin_due) -> Bool {
    any(Self.difference(Self.kinds(count), due) .> 0)
  }

  private static func kinds(_ count: synfin_due) -> Kinds {
    Kinds(count.records.0, count.records.1, count.records.2, count.records.3)
  }

  /// Both count modulo 2^32.
  private static func difference(_ new: Kinds, _ old: Kinds) -> SIMD4<Int64> {
    SIMD4<Int64>(truncatingIfNeeded: SIMD4<Int32>(truncatingIfNeeded: new &- old))
  }
}
