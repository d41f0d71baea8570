// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The same four-tuple more than once.
extension Link {
  /// Connects from a port of our choice, which another connection may have had; 0 for any.
  package func connect(from port: UInt16, to listener: Socket) throws -> Pair {
    let client = try socket(.client)
    try client.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
    try client.bind(address(.client), port: port)
    try client.connect(address(.server), port: listener.localPort)
    return Pair(listener: listener, client: client, server: try listener.accept())
  }
}

extension Pair {
  /// Ends it by a RST of the client, so that its ports are free at once.
  package func abort() throws {
    try client.setLingerZero()
    client.close()
    try server.waitUntilReset()
    server.close()
  }
}
