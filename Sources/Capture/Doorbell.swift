// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// Something that other threads ring, and that a wait ends for (`eventfd(2)`).
public final class Doorbell: Sendable {
  /// Can be read where it was rung.
  public let descriptor: CInt

  public init() throws(SystemError) {
    descriptor = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
    if descriptor < 0 { throw SystemError.last("opening an eventfd") }
  }

  deinit { close(descriptor) }

  public func ring() {
    var one: UInt64 = 1
    unsafe _ = write(descriptor, &one, 8)
  }

  /// Quiet, until it is rung again.
  public func answer() {
    var count: UInt64 = 0
    unsafe _ = read(descriptor, &count, 8)
  }
}
