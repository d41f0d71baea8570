// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The clock by which initial sequence numbers go (RFC 6528 §3, `seq_scale` of net/core/secure_seq.c): the time
/// of day in steps of 64 ns, to which a secret hash of addresses and ports is added.
package enum SequenceClock {
  /// Nanoseconds of a step.
  package static let step: UInt64 = 64

  /// The same clock that the kernel reads, so that it does not matter if somebody sets it.
  package static func now() -> UInt64 {
    var time = timespec()
    unsafe _ = clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// A time of day, somewhere between two.
  package struct Moment: Sendable {
    package let earliest: UInt64
    package let latest: UInt64

    package init(earliest: UInt64, latest: UInt64) {
      (self.earliest, self.latest) = (earliest, latest)
    }

    /// When something was done: after its beginning and before its end.
    package static func of<Result>(
      _ body: () throws -> Result
    ) rethrows -> (Result, Moment) {
      let earliest = now()
      let result = try body()
      return (result, Moment(earliest: earliest, latest: now()))
    }
  }

  /// How far a number must have moved from one moment to a later one: numbers that wrap, and by how many
  /// steps it may be more than the least.
  package struct Distance: Sendable {
    package let least: UInt32
    package let leeway: UInt32

    package init(from first: Moment, to second: Moment) {
      let least = Int64(bitPattern: second.earliest &- first.latest) / Int64(step)
      let most = Int64(bitPattern: second.latest &- first.earliest) / Int64(step) + 1
      self.least = UInt32(truncatingIfNeeded: least)
      leeway = UInt32(clamping: most - least)
    }

    package var most: UInt32 { least &+ leeway }

    package func contains(_ distance: UInt32) -> Bool { distance &- least <= leeway }
  }
}
