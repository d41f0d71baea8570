// SPDX-License-Identifier: Apache-2.0
internal import Capture

/// What the kernel said a mini socket's timer still had, at a moment between two.
package struct TimerLook: Sendable {
  package let earliest: UInt64
  package let latest: UInt64
  /// Nanoseconds, in steps of `unit`, what is less left out.
  package let left: UInt64

  /// `USER_HZ` is 100 wherever this runs (`jiffies_delta_to_clock_t`).
  package static let unit: UInt64 = 10_000_000

  package init(earliest: UInt64, latest: UInt64, left: UInt64) {
    (self.earliest, self.latest, self.left) = (earliest, latest, left)
  }

  /// When the timer is set to expire, by this look: between these two.
  package var expires: ClosedRange<UInt64> { earliest + left...latest + left + Self.unit }

  /// Whether it can have been set at some moment of that time to last so long.
  ///
  /// - Parameter slack: by how much the kernel's clock of jiffies may be behind: it moves once in a tick.
  package func fits(
    _ length: UInt64, setIn moment: ClosedRange<UInt64>, slack: UInt64 = unit
  ) -> Bool {
    expires.lowerBound <= moment.upperBound + length + slack
      && expires.upperBound + slack >= moment.lowerBound + length
  }
}

extension Link {
  /// Looks at the timer of a mini socket (`/proc/net/tcp`); `nil` where there is none.
  package func timer(_ side: Side, _ ports: Ports) throws -> TimerLook? {
    let earliest = Monotonic.now()
    guard let row = try row(side, ports), row.isMini else { return nil }
    return TimerLook(
      earliest: earliest, latest: Monotonic.now(), left: row.timer * TimerLook.unit)
  }
}
