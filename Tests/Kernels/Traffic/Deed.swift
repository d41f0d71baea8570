// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Tour

/// A kind of connection, and how many are made of it: a prime number, another for each, so that no sum
/// is right by accident.
struct Play {
  let name: String
  let count: Int
  let make: (Int) throws -> Deed

  init(_ name: String, _ count: Int, _ make: @escaping (Int) throws -> Deed) {
    self.name = name
    self.count = count
    self.make = make
  }
}

/// What was done. By the port that is connected to, all connections of a play are found.
struct Deed {
  var port: UInt16
  /// How many took so long where nothing should, that a delayed ACK may have gone out alone.
  var late = 0
  /// The process that accepted, where that was another.
  var acceptor: pid_t?
}

/// A line on standard output, at once.
func tell(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  unsafe _ = write(STDOUT_FILENO, bytes, bytes.count)
}

/// Looks again and again until it is so.
func waitUntil(_ isSo: () throws -> Bool) throws {
  for _ in 0..<20_000 {
    if try isSo() { return }
    usleep(1_000)
  }
  throw NeverCame()
}

struct NeverCame: Error {}

/// How many IPv4 connections to this port the kernel lists in FIN_WAIT2, with a socket or without.
func inFinWait2(_ remote: UInt16) -> Int {
  guard let file = unsafe fopen("/proc/net/tcp", "re") else { return 0 }
  defer { unsafe _ = fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  var count = 0
  while unsafe fgets(&line, CInt(line.count), file) != nil {
    let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard fields.count > 3, fields[3] == "05" else { continue }
    if UInt16(fields[2].suffix(4), radix: 16) == remote { count += 1 }
  }
  return count
}

/// At real-time priority, so that no tracer runs in between. Whether it was over before a delayed ACK may
/// have gone out (`TCP_DELACK_MIN` is 40 ms).
func atOnce(_ body: () throws -> Void) rethrows -> Bool {
  var parameters = sched_param(sched_priority: 10)
  unsafe _ = sched_setscheduler(0, SCHED_FIFO, &parameters)
  let began = microseconds()
  try body()
  let took = microseconds() - began
  parameters.sched_priority = 0
  unsafe _ = sched_setscheduler(0, SCHED_OTHER, &parameters)
  return took < 30_000
}

private func microseconds() -> Int {
  var now = timespec()
  unsafe _ = clock_gettime(CLOCK_MONOTONIC, &now)
  return now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
}

extension Socket {
  func waitUntilReadable() throws {
    try waitUntil {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      return unsafe poll(&waiting, 1, 0) == 1
    }
  }

  /// Waits until a RST has come, or the kernel has given up.
  func waitUntilReset() throws {
    try waitUntil {
      var waiting = pollfd(fd: descriptor, events: 0, revents: 0)
      unsafe _ = poll(&waiting, 1, 0)
      return CInt(waiting.revents) & (POLLERR | POLLHUP) != 0
    }
  }

  /// `connect(AF_UNSPEC)`: gives the connection up, and keeps the socket.
  func disconnect() {
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    unsafe _ = Glibc.connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
  }
}
