// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Synchronization

/// Looks at the kernel's own count of mini sockets on a host, and notes between which two looks it fell.
package final class CountWatch: Sendable {
  /// A mini socket went: it was there at one look, and gone at the next.
  package struct Fall: Sendable {
    package let seenAt: UInt64
    package let goneAt: UInt64
  }

  private struct State {
    var falls: [Fall] = []
    var isOver = false
    var isStopped = false
  }

  private let state: SharedState
  private let worker: Worker

  /// Shared with the thread, which outlives nothing else.
  private final class SharedState: Sendable {
    let value = Mutex(State())
  }

  /// Begins to look, until none is left.
  package init(_ host: Host) throws {
    let state = SharedState()
    self.state = state
    worker = try Worker {
      try? host.run { Self.look(state) }
      state.value.withLock { $0.isOver = true }
    }
  }

  deinit {
    state.value.withLock { $0.isStopped = true }
    worker.join()
  }

  package var isOver: Bool { state.value.withLock { $0.isOver } }
  package var falls: [Fall] { state.value.withLock { $0.falls } }

  private static func look(_ state: SharedState) {
    var (seenAt, count) = (Monotonic.now(), minis())
    while count > 0, !state.value.withLock(\.isStopped) {
      // Of a jiffy, a quarter at most.
      usleep(1_000)
      let (before, now) = (Monotonic.now(), minis())
      for _ in 0..<max(0, count - now) {
        let fall = Fall(seenAt: seenAt, goneAt: Monotonic.now())
        state.value.withLock { $0.falls.append(fall) }
      }
      (seenAt, count) = (before, now)
    }
  }

  /// `tw` of the calling thread's /proc/net/sockstat, which costs the same however many there are.
  private static func minis() -> Int {
    guard let text = try? SystemFile.read("/proc/thread-self/net/sockstat") else { return 0 }
    for line in text.split(separator: "\n") where line.hasPrefix("TCP:") {
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "tw"), index + 1 < words.count else { continue }
      return Int(words[index + 1]) ?? 0
    }
    return 0
  }
}
