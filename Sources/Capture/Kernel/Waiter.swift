// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// Waits for time to pass, for a signal, or for the kernel's call that the ring is filling.
@safe
struct Waiter: ~Copyable {
  private let epoll: CInt
  private let signals: CInt
  private var interval = Waiter.shortest

  /// Under load the ring is read each 10 ms, which costs 1 % of a core; when nothing comes, less and
  /// less often.
  private static let shortest: UInt64 = 10_000_000
  private static let longest: UInt64 = 100_000_000

  /// Takes SIGINT and SIGTERM for itself.
  init(ring: CInt) throws(SystemError) {
    StopSignal.hold()
    var set = StopSignal.set()
    let signals = unsafe signalfd(-1, &set, CInt(SFD_CLOEXEC) | CInt(SFD_NONBLOCK))
    guard signals >= 0 else { throw SystemError.last("opening a signalfd") }
    let epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
    guard epoll >= 0 else {
      let error = SystemError.last("opening an epoll")
      close(signals)
      throw error
    }
    self.signals = signals
    self.epoll = epoll
    Self.add(signals, to: epoll, EPOLLIN.rawValue)
    // Edge-triggered: data that waits is no reason to wake, for the timer comes anyway; only the
    // kernel's call is.
    Self.add(ring, to: epoll, EPOLLIN.rawValue | EPOLLET.rawValue)
  }

  deinit {
    close(epoll)
    close(signals)
  }

  private static func add(_ descriptor: CInt, to epoll: CInt, _ events: UInt32) {
    var event = unsafe epoll_event(events: events, data: epoll_data_t(fd: descriptor))
    unsafe _ = epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
  }

  /// - Parameters:
  ///   - wasBusy: whether the last reading found anything.
  ///   - deadline: nanoseconds of `CLOCK_MONOTONIC`.
  mutating func wait(wasBusy: Bool, until deadline: UInt64?) throws(SystemError) -> Wake {
    interval = wasBusy ? Self.shortest : min(interval * 2, Self.longest)
    var pause = interval
    if let deadline {
      let now = Monotonic.now()
      if now >= deadline { return .deadline }
      pause = min(pause, deadline - now)
    }
    var event = unsafe epoll_event()
    // Rounded up, so that a deadline is not polled for in its last millisecond.
    let count = unsafe epoll_wait(epoll, &event, 1, CInt((pause + 999_999) / 1_000_000))
    if count < 0, errno != EINTR { throw SystemError.last("waiting for records") }
    if count > 0, unsafe event.data.fd == signals {
      // Taken, so that only another one cuts short what is still to be written.
      var info = signalfd_siginfo()
      unsafe _ = read(signals, &info, MemoryLayout<signalfd_siginfo>.size)
      return .signal
    }
    return .records
  }
}
