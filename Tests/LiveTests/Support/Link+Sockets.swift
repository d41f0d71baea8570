// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Tour

extension Link {
  /// A socket that belongs to one side, as a socket does to where it was made.
  func socket(_ side: Side) throws -> Socket {
    let socket = try host(side).run { try Socket() }
    socket.limitWaiting()
    return socket
  }

  /// A listener of the server, at a port of the kernel's choice.
  func listen(
    backlog: CInt = 8, _ prepare: (Socket) -> Void = { _ in }
  ) throws -> Socket {
    let listener = try socket(.server)
    prepare(listener)
    try listener.bind(Side.server.address, port: 0)
    try #require(Glibc.listen(listener.descriptor, backlog) == 0)
    return listener
  }

  /// Two sockets with a connection between them.
  func connect(
    _ prepare: (Socket) -> Void = { _ in }, listening: (Socket) -> Void = { _ in }
  ) throws -> Pair {
    let listener = try listen(listening)
    let client = try socket(.client)
    prepare(client)
    try client.connect(Side.server.address, port: listener.localPort)
    let server = try listener.accept()
    server.keepFromChildren()
    return Pair(listener: listener, client: client, server: server)
  }

  /// The same, where the server has room for less than what the client's socket holds.
  func connectToSmallWindow() throws -> Pair {
    try connect(listening: { $0.setOption(SOL_SOCKET, SO_RCVBUF, 4_096) })
  }

  /// A connection whose SYN-ACK is held, and which is accepted already.

  /// A connection that is accepted already, and whose SYN-ACK is held; data came with the SYN.
  func connectFast(isRead: Bool = true) throws -> Pair {
    // `TFO_CLIENT_ENABLE`, `TFO_SERVER_ENABLE`; no cookie wanted on either side.
    try set("tcp_fastopen", 0x1 | 0x2 | 0x4 | 0x200)
    let listener = try listen { $0.setOption(CInt(IPPROTO_TCP), TCP_FASTOPEN, 8) }
    hold(from: .server)
    let client = try socket(.client)
    // Then connect() waits for the first data, and the SYN takes it along.
    client.setOption(CInt(IPPROTO_TCP), TCP_FASTOPEN_CONNECT, 1)
    try client.beginConnecting(Side.server.address, port: listener.localPort)
    try client.send(7)
    let server = try listener.accept()
    if isRead { try server.receive() }
    return Pair(listener: listener, client: client, server: server)
  }

  /// A connect that is on its way, to a port where nobody needs to listen.
  func beginConnecting(to port: UInt16 = 9) throws -> (socket: Socket, ports: Ports) {
    let client = try socket(.client)
    try client.beginConnecting(Side.server.address, port: port)
    return (client, Ports(client: client.localPort, server: port))
  }
}

extension Socket {
  /// What would wait forever is to fail; what is accepted has this from its listener.
  func limitWaiting() {
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      var time = timeval(tv_sec: Int(patience), tv_usec: 0)
      let size = socklen_t(MemoryLayout<timeval>.size)
      let result = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, size)
      #expect(result == 0)
    }
  }
}

extension Pair {
  init(listener: Socket, client: Socket, server: Socket) {
    self.listener = listener
    self.client = client
    self.server = server
    ports = Ports(client: client.localPort, server: listener.localPort)
  }

  func end(_ side: Side) -> Socket { side == .client ? client : server }
}
