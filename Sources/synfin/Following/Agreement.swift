// SPDX-License-Identifier: Apache-2.0

/// Our count of mini sockets may differ from the kernel's for a moment, where a timer that is due is late:
/// then it is counted again some readings later, a few times.
struct Agreement {
  private var attempts = 0
  /// Not before then, in the clock of the records.
  private(set) var retryAt: UInt64 = 0

  static var mostAttempts: Int { 4 }
  static var retryInterval: UInt64 { 20_000_000 }

  mutating func isReached(unless isDrifting: Bool, at now: UInt64) -> Bool {
    if isDrifting, attempts < Self.mostAttempts {
      attempts += 1
      retryAt = now + Self.retryInterval
      return false
    }
    attempts = 0
    return true
  }
}
