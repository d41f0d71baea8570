// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Time as it went when it was recorded, or so many times as fast.
struct Pace {
  private let speed: Double
  /// When it began, in the clock of the records and in this host's.
  private let startedAt: UInt64
  private let begunAt = Monotonic.now()
  /// What a person may type at meanwhile.
  private var watched: [pollfd] = []

  init(_ speed: Double, startedAt: UInt64) {
    self.speed = speed
    self.startedAt = startedAt
  }

  mutating func watch(_ descriptor: CInt) {
    watched.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
  }

  /// Waits until it is a time of the records.
  ///
  /// - Returns: what came before it; `nil` for nothing.
  mutating func wait(until time: UInt64) -> Wake? {
    let elapsed = Double(time - min(time, startedAt)) / speed
    // Beyond a hundred years it is as good as for ever.
    let due = begunAt + UInt64(min(elapsed, 3e18))
    while true {
      if StopSignal.isPending { return .signal }
      let now = Monotonic.now()
      // In slices, for a signal that comes just before the wait does not end it.
      let pause = now < due ? min((due - now) / 1_000_000 + 1, 100) : 0
      let count = unsafe poll(&watched, nfds_t(watched.count), CInt(pause))
      if count > 0 { return .input }
      if now >= due { return nil }
    }
  }
}
