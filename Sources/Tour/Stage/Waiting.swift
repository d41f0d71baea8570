// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc

/// Something that was to come, and did not.
package struct NeverCame: Error, CustomStringConvertible {
  package let description: String
}

/// A signal asked to stop.
package struct Interrupted: Error {
  package init() {}
}

package enum Patience {
  /// How long anything of the kernel's may take before it counts as never: it takes microseconds, and a
  /// host under load, or in emulation, its time.
  package static let nanoseconds: UInt64 = 10_000_000_000
}

/// Looks again and again until it is so.
package func waitUntil(
  _ expected: @autoclosure () -> String, for patience: UInt64 = Patience.nanoseconds,
  _ isSo: () throws -> Bool
) throws {
  let deadline = Monotonic.now() + patience
  while try !isSo() {
    if StopSignal.isPending { throw Interrupted() }
    if Monotonic.now() > deadline { throw NeverCame(description: "never came: \(expected())") }
    usleep(1_000)
  }
}

/// Lets time pass, and stops where it is asked to.
package func pause(milliseconds: UInt64) throws {
  let deadline = Monotonic.now() + milliseconds * 1_000_000
  while Monotonic.now() < deadline {
    if StopSignal.isPending { throw Interrupted() }
    usleep(UInt32(min(20_000, (deadline - min(deadline, Monotonic.now())) / 1_000 + 1)))
  }
}
