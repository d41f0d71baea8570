// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// A listener to which connections are made before anybody takes them.
struct Backlog {
  private let listening = listener()

  /// Makes so many connections, takes them, and ends them by a reset, which leaves nothing behind.
  ///
  /// - Returns: CPU seconds of taking them. On loopback they are there when `connect` returns.
  func timeAccepts(_ count: Int) -> Double {
    let clients = (0..<count).map {
      connected(to: Endpoint(lane: 0, connection: $0, port: listening.port))
    }
    var servers = [Int32](repeating: -1, count: count)
    let began = threadSeconds()
    for index in servers.indices { servers[index] = clinux_accept4(listening.descriptor) }
    let seconds = threadSeconds() - began
    guard !servers.contains(where: { $0 < 0 }) else { die("accept4") }
    for client in clients { reset(client) }
    for server in servers { close(server) }
    return seconds
  }

  private func reset(_ socket: Int32) {
    var now = linger(l_onoff: 1, l_linger: 0)
    let size = socklen_t(MemoryLayout<linger>.size)
    guard setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, size) == 0 else { die("SO_LINGER") }
    close(socket)
  }
}
