// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// Opens many connections, keeps them until told to stop, then closes the client ends first.
func hold(_ options: Options) {
  let connections = options.hold
  allowDescriptors(connections + 64)
  let start = Usage()
  let (listening, port) = listener(at: UInt16(options.port))
  let gate = Gate(threads: 2)
  let lead = Lead()
  let server = Thread {
    // Each thread with a table of its own: the limit of open files is then a limit of each.
    guard clinux_own_descriptors() == 0 else { die("a descriptor table") }
    // What is opened before would be open in both.
    gate.wait()
    var sockets: [Int32] = []
    for _ in 0..<connections {
      sockets.append(accepted(from: listening))
      lead.advance()
    }
    gate.wait()
    gate.wait()
    for socket in sockets { close(socket) }
    close(listening)
  }
  gate.wait()
  var clients: [Int32] = []
  for number in 0..<connections {
    lead.wait(for: number)
    clients.append(connected(to: Endpoint(lane: 0, connection: number, port: port)))
  }
  gate.wait()
  if options.half {
    for socket in clients { shutdown(socket, Int32(SHUT_WR)) }
  }
  say("holding \(connections)")
  waitForStop(seconds: options.timeout)
  for socket in clients { close(socket) }
  close(listening)
  gate.wait()
  server.join()
  report(
    connections: connections, parting: .clientFirst, listeners: 1, from: start, to: Usage())
}

/// Raises the limit of open files, the hard one too where that is allowed.
private func allowDescriptors(_ count: Int) {
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  var limit = rlimit()
  getrlimit(resource, &limit)
  guard limit.rlim_cur < count else { return }
  limit.rlim_cur = rlim_t(count)
  limit.rlim_max = max(limit.rlim_max, rlim_t(count))
  guard setrlimit(resource, &limit) == 0 else { die("\(count) open files") }
}
