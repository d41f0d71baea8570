// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// The one place where a benchmark waits: each wait has a bound, and a signal ends it.
package struct Waiter {
  private let stop: Int32

  /// From here on, SIGINT, SIGTERM and SIGHUP end a wait instead of the process.
  package init() {
    stop = clinux_stop_descriptor()
    if stop < 0 { die("signalfd") }
  }

  /// Whether the descriptor has something to read, or has ended, within some seconds.
  package func readable(_ descriptor: Int32, within seconds: Double) throws(Trouble) -> Bool {
    let deadline = now() + seconds
    var watched = [
      pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    ]
    repeat {
      let rest = max(0, deadline - now())
      poll(&watched, 2, Int32((rest * 1000).rounded(.up)))
      if watched[0].revents != 0 { throw .interrupted }
      if watched[1].revents != 0 { return true }
    } while now() < deadline
    return false
  }

  package func pause(_ seconds: Double) throws(Trouble) {
    // A negative descriptor is one that poll ignores.
    _ = try readable(-1, within: seconds)
  }
}
