// SPDX-License-Identifier: Apache-2.0

extension Link {
  /// A socket that belongs to one side, as a socket does to where it was made.
  package func socket(_ side: Side) throws -> Socket {
    let socket = try host(side).run { try Socket() }
    try socket.limitWaiting()
    return socket
  }

  /// A listener of the server, at a port of the kernel's choice.
  package func listen(
    backlog: Int32 = 8, port: UInt16 = 0, _ prepare: (Socket) throws -> Void = { _ in }
  ) throws -> Socket {
    let listener = try socket(.server)
    try prepare(listener)
    try listener.bind(address(.server), port: port)
    try listener.listen(backlog: backlog)
    return listener
  }

  /// Two sockets with a connection between them.
  package func connect(
    _ prepare: (Socket) throws -> Void = { _ in },
    listening: (Socket) throws -> Void = { _ in }
  ) throws -> Pair {
    let listener = try listen(listening)
    let client = try socket(.client)
    try prepare(client)
    try client.connect(address(.server), port: listener.localPort)
    return Pair(listener: listener, client: client, server: try listener.accept())
  }

  /// A connect that is on its way, to a port where nobody needs to listen.
  package func beginConnecting(to port: UInt16 = 9) throws -> (socket: Socket, ports: Ports) {
    let client = try socket(.client)
    try client.beginConnecting(address(.server), port: port)
    return (client, Ports(client: client.localPort, server: port))
  }
}

/// Two connected sockets of this process.
package struct Pair {
  package let listener: Socket
  package let client: Socket
  package let server: Socket
  package let ports: Ports

  package init(listener: Socket, client: Socket, server: Socket) {
    self.listener = listener
    self.client = client
    self.server = server
    ports = Ports(client: client.localPort, server: listener.localPort)
  }

  package func end(_ side: Side) -> Socket { side == .client ? client : server }
}
