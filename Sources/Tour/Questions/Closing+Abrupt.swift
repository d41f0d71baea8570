// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Lifecycle

extension Question {
  static let lingerZero = Case(
    "linger-zero", "A reset on purpose: close() with SO_LINGER of zero seconds",
    """
    An application may give a connection up instead of closing it. The kernel then sends a RST and forgets the \
    connection at once: no FIN, nobody waits in TIME_WAIT, and the other side's next read fails. What was still \
    unsent, or on its way, is gone: it is no faster way to close, but another thing.
    """
  ) { link, log in
    let pair = try link.connect()
    log.follow(pair.ports)
    try pair.client.setLingerZero()
    log.mark(.client, "close()")
    pair.client.close()
    let error = try pair.failureOfServersRead()
    pair.server.close()
    log.fact("what the server's read fails with", .text(error), from: "recv()")
    let isForgotten = try link.isForgotten(pair.ports)
    return { evidence in
      [
        evidence.onTheWire("the client sends a RST, and nobody sends a FIN") { evidence.isReset },
        Check("the server's application is told: ECONNRESET", error == "ECONNRESET", found: error),
        Check("neither kernel lists the connection any more, not even in TIME_WAIT", isForgotten),
        .told(evidence, .client, close: .resetSent, reset: .sent, why: .linger0),
        .told(evidence, .server, close: .resetReceived, reset: .received),
      ]
    }
  }

  static let unreadData = Case(
    "unread-data", "A reset by accident: close() with data that nobody has read",
    """
    The server has sent something, and the client closes without having read it. A FIN would tell the server \
    that all is well, so the kernel sends a RST instead (RFC 2525, 2.17): the same close() as anywhere else, and a \
    frequent cause of "connection reset by peer".
    """
  ) { link, log in
    let pair = try link.connect()
    log.follow(pair.ports)
    try pair.server.send(3)
    try pair.client.waitUntilReadable()
    log.mark(.client, "close()")
    pair.client.close()
    let error = try pair.failureOfServersRead()
    pair.server.close()
    log.fact("what the server's read fails with", .text(error), from: "recv()")
    let isForgotten = try link.isForgotten(pair.ports)
    return { evidence in
      [
        evidence.onTheWire("the client sends a RST, and nobody sends a FIN") { evidence.isReset },
        Check("the server's application is told: ECONNRESET", error == "ECONNRESET", found: error),
        Check("neither kernel lists the connection any more, not even in TIME_WAIT", isForgotten),
        .told(evidence, .client, close: .resetSent, reset: .sent, why: .unreadData),
        .told(evidence, .server, close: .resetReceived, reset: .received),
      ]
    }
  }
}

extension Evidence {
  fileprivate var isReset: Bool {
    segments(from: .client).contains(where: \.isRST)
      && !(segments ?? []).contains(where: \.isFIN)
  }
}

extension Pair {
  /// What the server's application gets to hear once a RST has come.
  fileprivate func failureOfServersRead() throws -> String {
    try server.waitUntilReset()
    do {
      let count = try server.receive()
      return count == 0 ? "nothing: an end in order" : "nothing: \(count) bytes"
    } catch let failure as Socket.Failure {
      return Errno.name(UInt16(failure.errno)).map { "\($0)" } ?? "errno \(failure.errno)"
    }
  }
}

extension Link {
  fileprivate func isForgotten(_ ports: Ports) throws -> Bool {
    try Side.allCases.allSatisfy { try row($0, ports) == nil }
  }
}
