// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// How the terminal was, kept where a signal handler finds it: also a crash must leave it as it was.
/// SIGKILL leaves no moment for that.
enum Rescue {
  /// Everything here may be used in a signal handler (`signal-safety(7)`): plain memory that is
  /// written before the handlers are there.
  private struct Saved {
    var settings = termios()
    /// -1 for none.
    var keys: CInt = -1
    var isNeeded = false
  }

  nonisolated(unsafe) private static let saved: UnsafeMutablePointer<Saved> = {
    let saved = UnsafeMutablePointer<Saved>.allocate(capacity: 1)
    unsafe saved.initialize(to: Saved())
    return unsafe saved
  }()

  /// What ends a process that has gone wrong, or is asked for a core.
  private static let fatal = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS, SIGQUIT]

  /// Notes how the terminal is, once, before it is changed.
  static func prepare(_ keys: CInt) {
    if unsafe saved.pointee.keys < 0, keys >= 0 {
      unsafe tcgetattr(keys, &saved.pointee.settings)
      unsafe saved.pointee.keys = keys
    }
    unsafe saved.pointee.isNeeded = true
    for signal in fatal {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { signal in
        Rescue.restore()
        // SA_RESETHAND: the second time it ends the process as it should have.
        raise(signal)
      }
      action.sa_flags = CInt(bitPattern: UInt32(SA_RESETHAND)) | CInt(SA_NODEFER)
      unsafe _ = sigaction(signal, &action, nil)
    }
  }

  /// The first screen, with a cursor and without colours, and the settings as they were.
  static func restore() {
    guard unsafe saved.pointee.isNeeded else { return }
    unsafe saved.pointee.isNeeded = false
    let sequence: StaticString = "\u{1b}[0m\u{1b}[?25h\u{1b}[?1049l"
    unsafe _ = write(1, sequence.utf8Start, sequence.utf8CodeUnitCount)
    if unsafe saved.pointee.keys >= 0 {
      unsafe _ = tcsetattr(saved.pointee.keys, TCSANOW, &saved.pointee.settings)
    }
  }
}
