// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Testing
import Tour

extension Link {
  /// Two sockets with a connection, where the server has room for less than what the client's socket holds.
  func connectToSmallWindow() throws -> Pair {
    try connect(listening: { try $0.setOption(SOL_SOCKET, SO_RCVBUF, 4_096) })
  }

  /// A connection that is accepted already, and whose SYN-ACK is held; data came with the SYN.
  func connectFast(isRead: Bool = true) throws -> Pair {
    // `TFO_CLIENT_ENABLE`, `TFO_SERVER_ENABLE`; no cookie wanted on either side.
    try set("tcp_fastopen", 0x1 | 0x2 | 0x4 | 0x200)
    let listener = try listen { try $0.setOption(CInt(IPPROTO_TCP), TCP_FASTOPEN, 8) }
    hold(from: .server)
    let client = try socket(.client)
    // Then connect() waits for the first data, and the SYN takes it along.
    try client.setOption(CInt(IPPROTO_TCP), TCP_FASTOPEN_CONNECT, 1)
    try client.beginConnecting(Side.server.address, port: listener.localPort)
    try client.send(7)
    let server = try listener.accept()
    if isRead { try server.receive() }
    return Pair(listener: listener, client: client, server: server)
  }
}
