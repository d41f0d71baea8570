// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc

/// What a socket knows of the numbers of its connection.
package struct SequenceNumbers: Sendable, Equatable {
  /// Of the next byte that it will send.
  package let nextToSend: UInt32
  /// Of the next byte that it waits for.
  package let nextToReceive: UInt32
}

extension Socket {
  /// Asks the kernel as a migration would (`TCP_REPAIR`), which takes CAP_NET_ADMIN and changes nothing.
  package func sequenceNumbers() throws -> SequenceNumbers {
    // <linux/tcp.h>, which Swift's Glibc leaves out.
    let repair: CInt = 19
    let queue: CInt = 20
    let number: CInt = 21
    let (receiving, sending): (CInt, CInt) = (1, 2)
    // Without a window probe (TCP_REPAIR_OFF_NO_WP, Linux 4.19).
    let off: CInt = -1
    try setOption(CInt(IPPROTO_TCP), repair, 1)
    defer { try? setOption(CInt(IPPROTO_TCP), repair, off) }
    func read(_ which: CInt) throws -> UInt32 {
      try setOption(CInt(IPPROTO_TCP), queue, which)
      var value: UInt32 = 0
      var size = socklen_t(MemoryLayout<UInt32>.size)
      try Self.check(
        "getsockopt", unsafe getsockopt(descriptor, CInt(IPPROTO_TCP), number, &value, &size))
      return value
    }
    return SequenceNumbers(nextToSend: try read(sending), nextToReceive: try read(receiving))
  }
}
