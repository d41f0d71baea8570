// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// Signals as something to be read, instead of something that interrupts (`signalfd(2)`).
public struct SignalReader: ~Copyable {
  /// Can be read where one has come.
  public let descriptor: CInt

  /// From here on these signals do nothing by themselves.
  public init(_ signals: [CInt]) throws(SystemError) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    try self.init(set)
  }

  init(_ set: sigset_t) throws(SystemError) {
    var set = set
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
    descriptor = unsafe signalfd(-1, &set, CInt(SFD_CLOEXEC) | CInt(SFD_NONBLOCK))
    guard descriptor >= 0 else { throw SystemError.last("opening a signalfd") }
  }

  deinit { close(descriptor) }

  /// Takes one that has come; `nil` for none.
  public func next() -> CInt? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard unsafe read(descriptor, &info, size) == size else { return nil }
    return CInt(bitPattern: info.ssi_signo)
  }

  /// Has a signal that was taken do what it does by itself, such as stop the process until it is
  /// continued.
  public func obey(_ signal: CInt) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, signal)
    raise(signal)
    unsafe sigprocmask(SIG_UNBLOCK, &set, nil)
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
  }
}
