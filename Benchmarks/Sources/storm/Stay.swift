// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc

/// Lets a fresh network namespace keep each TIME_WAIT that is made in it, for its whole minute.
///
/// Only for a namespace of the program's own: in the host's, these would be the host's settings.
func makeRoom(for connections: Int) {
  set("ip_local_port_range", to: "1024 65535")
  set("tcp_max_tw_buckets", to: "\(2 * connections)")
  // Neither a new connection nor a late reset may end one early.
  set("tcp_tw_reuse", to: "0")
  set("tcp_rfc1337", to: "1")
}

/// Returns when stdin ends or has something, at SIGINT or SIGTERM, or after some seconds.
func waitForStop(seconds: Int) {
  // An empty handler is enough: it makes poll return.
  signal(SIGINT) { _ in }
  signal(SIGTERM) { _ in }
  var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
  poll(&input, 1, Int32(seconds * 1000))
}

private func set(_ name: String, to value: String) {
  let path = "/proc/sys/net/ipv4/\(name)"
  let descriptor = open(path, O_WRONLY | O_CLOEXEC)
  guard descriptor >= 0 else { die(path) }
  defer { close(descriptor) }
  let bytes = Array(value.utf8)
  guard write(descriptor, bytes, bytes.count) == bytes.count else { die(path) }
}
