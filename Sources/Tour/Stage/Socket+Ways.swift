// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
package import Lifecycle

/// What an application can do to a connection beside reading and writing.
extension Socket {
  /// `shutdown(SHUT_WR)`: a FIN, and still reading.
  package func shutdownWriting() throws {
    try Self.check("shutdown", shutdown(descriptor, CInt(SHUT_WR)))
  }

  /// `connect` that does not wait for its answer.
  package func beginConnecting(_ address: Address, port: UInt16) throws {
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    do {
      try connect(address, port: port)
    } catch let failure as Socket.Failure where failure.errno == EINPROGRESS {}
  }

  /// Makes close() reset instead of closing in order.
  package func setLingerZero() throws { try setLinger(0) }

  /// Makes close() wait so many seconds for what is unsent.
  package func setLinger(_ seconds: CInt) throws {
    try set("SO_LINGER", SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: seconds))
  }

  package func setOption(_ level: CInt, _ name: CInt, _ value: CInt) throws {
    try set("setsockopt", level, name, value)
  }

  /// What would wait forever is to fail; what is accepted has this from its listener.
  package func limitWaiting() throws {
    let time = timeval(tv_sec: Int(Patience.nanoseconds / 1_000_000_000), tv_usec: 0)
    try set("SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, time)
    try set("SO_SNDTIMEO", SOL_SOCKET, SO_SNDTIMEO, time)
  }

  private func set(_ doing: String, _ level: CInt, _ name: CInt, _ value: some BitwiseCopyable)
    throws
  {
    var value = value
    let size = socklen_t(MemoryLayout.size(ofValue: value))
    try Self.check(doing, unsafe setsockopt(descriptor, level, name, &value, size))
  }

  /// Reads to the peer's FIN.
  package func receiveAll() throws { while try receive() > 0 {} }

  /// Waits until something can be read: data, a FIN, a RST, or somebody to accept.
  package func waitUntilReadable() throws {
    try waitUntil("anything to read") { isReady(POLLIN) }
  }

  /// Waits until a RST has come, which what was received before does not hide.
  package func waitUntilReset() throws {
    try waitUntil("a RST") { isReady(0, POLLERR | POLLHUP) }
  }

  /// Whether there is something to read, or somebody to accept, now.
  package var isReadable: Bool { isReady(POLLIN) }

  private func isReady(_ asked: Int32, _ wanted: Int32? = nil) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(asked), revents: 0)
    unsafe _ = poll(&waiting, 1, 0)
    return Int32(waiting.revents) & (wanted ?? asked) != 0
  }
}
