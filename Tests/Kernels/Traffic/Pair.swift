// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Lifecycle
internal import Tour

/// Two connected sockets of this process.
struct Pair {
  let client: Socket
  let server: Socket

  init(_ listener: Socket, isV6: Bool = false) throws {
    client = try Socket(isV6: isV6)
    try client.connect(isV6 ? .loopbackV6 : .loopback, port: listener.localPort, isV6: isV6)
    server = try listener.accept()
    // Else the process that accepts for another would hold it, too.
    _ = fcntl(server.descriptor, F_SETFD, FD_CLOEXEC)
  }
}

/// Opens and ends connections one by one. Each says whether it took no longer than it should.
func pairs(_ count: Int, isV6: Bool = false, end: (Pair) throws -> Bool) throws -> Deed {
  let listener = try listen(isV6: isV6)
  var deed = Deed(port: listener.localPort)
  for _ in 0..<count where try !end(Pair(listener, isV6: isV6)) { deed.late += 1 }
  return deed
}

/// So many at once.
func opened(_ count: Int) throws -> (Socket, [Pair]) {
  let listener = try listen()
  return (listener, try (0..<count).map { _ in try Pair(listener) })
}

/// So many whose clients are closed, and in FIN_WAIT2. Behind data, the ACK of a FIN comes late enough: while
/// close() holds the socket, it would keep it (`tcp_rcv_state_process()`), and not leave a mini socket.
func abandoned(_ count: Int) throws -> (Socket, [Pair]) {
  let (listener, pairs) = try opened(count)
  for pair in pairs {
    try pair.client.send(1)
    try pair.server.receive()
  }
  for pair in pairs { pair.client.close() }
  try waitUntil { inFinWait2(listener.localPort) == count }
  return (listener, pairs)
}

/// Ports of plays that are over, which the kernel may give again.
nonisolated(unsafe) private var taken: Set<UInt16> = []

/// Listens at a port that no play has had, for by that its connections are found.
func listen(isV6: Bool = false) throws -> Socket {
  while true {
    let socket = try Socket.listening(isV6: isV6)
    if unsafe taken.insert(socket.localPort).inserted { return socket }
  }
}

/// A port of loopback that nobody listens at, and that no play has had.
func freePort() throws -> UInt16 { try listen().localPort }

/// An address that answers no SYN: it is sent to the loopback device, and nobody's there, so that what
/// comes out of it again is dropped without a word (`ip_route_input_slow()`).
struct Deaf {
  let port: UInt16

  init() throws { port = try freePort() }

  /// Begins to connect there.
  func knock(_ prepare: (Socket) throws -> Void = { _ in }) throws -> Socket {
    let client = try Socket()
    try prepare(client)
    _ = fcntl(client.descriptor, F_SETFL, O_NONBLOCK)
    do {
      try client.connect(Address(v4: 0xc000_0201), port: port)
    } catch let failure as Socket.Failure where failure.errno == EINPROGRESS {}
    return client
  }
}
