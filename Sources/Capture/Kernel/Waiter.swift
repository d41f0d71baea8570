// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// Waits for time to pass, for a signal, or for the kernel's call that the ring is filling.
@safe
struct Waiter: ~Copyable {
  private let epoll: CInt
  private let signals: SignalReader
  private let rings: [CInt]
  private var interval: UInt64
  /// Under load the ring is read as often as this, in nanoseconds; when nothing comes, less and less
  /// often.
  private let shortest: UInt64
  private static let longest: UInt64 = 100_000_000

  /// Takes SIGINT and SIGTERM for itself.
  init(rings: [CInt], interval: UInt64) throws(SystemError) {
    let epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
    guard epoll >= 0 else { throw SystemError.last("opening an epoll") }
    do throws(SystemError) {
      signals = try SignalReader(StopSignal.set())
    } catch {
      close(epoll)
      throw error
    }
    self.epoll = epoll
    self.interval = interval
    shortest = interval
    self.rings = rings
    Self.add(signals.descriptor, to: epoll, EPOLLIN.rawValue)
    // Edge-triggered: data that waits is no reason to wake, for the timer comes anyway; only the
    // kernel's call is.
    for ring in rings { Self.add(ring, to: epoll, EPOLLIN.rawValue | EPOLLET.rawValue) }
  }

  deinit { close(epoll) }

  @discardableResult
  private static func add(_ descriptor: CInt, to epoll: CInt, _ events: UInt32) -> CInt {
    var event = unsafe epoll_event(events: events, data: epoll_data_t(fd: descriptor))
    return unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
  }

  /// Ends a wait with `.input` for as long as something can be read there.
  func watch(_ descriptor: CInt) throws(SystemError) {
    if Self.add(descriptor, to: epoll, EPOLLIN.rawValue) != 0 {
      throw SystemError.last("waiting for input")
    }
  }

  /// - Parameters:
  ///   - wasBusy: whether the last reading found anything.
  ///   - deadline: nanoseconds of `CLOCK_MONOTONIC`.
  mutating func wait(wasBusy: Bool, until deadline: UInt64?) throws(SystemError) -> Wake {
    interval = wasBusy ? shortest : min(interval * 2, Self.longest)
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
    guard count > 0, unsafe !rings.contains(event.data.fd) else { return .records }
    guard unsafe event.data.fd == signals.descriptor else { return .input }
    // Taken, so that only another one cuts short what is still to be written.
    _ = signals.next()
    return .signal
  }
}
