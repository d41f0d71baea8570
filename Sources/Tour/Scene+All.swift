// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Lifecycle

extension Scene {
  package static let all: [Scene] = [
    clientClosesFirst, serverClosesFirst, halfClose, unreadData, refused, timeWait,
  ]

  private static let pause: UInt32 = 20_000

  private static let clientClosesFirst = Scene(
    title: "The client closes first, and the server at once",
    explanation:
      "A plain handshake. Then the server answers the client's FIN with its own before it has "
      + "acknowledged it: the FIN carries the ACK, so three segments close what takes four.",
    client: Expectation(close: .threeWay, firstFIN: .local, endsIn: .timeWait),
    server: Expectation(close: .threeWay, firstFIN: .remote)
  ) {
    let pair = try Pair()
    try pair.client.send(5)
    try pair.server.receive()
    pair.client.close()
    // Its FIN has come, or the two might cross; the ACK of it waits for a moment (RFC 9293 §3.8.6.3).
    try pair.server.receive(1)
    pair.server.close()
    return pair.ports
  }

  private static let serverClosesFirst = Scene(
    title: "The server closes first, and the client later",
    explanation:
      "Whoever closes first is left with TIME_WAIT, whatever its role. The server kept reading "
      + "after its FIN; the client's came once the first had been acknowledged: four segments.",
    client: Expectation(close: .fourWay, firstFIN: .remote),
    server: Expectation(close: .fourWay, firstFIN: .local, endsIn: .timeWait)
  ) {
    let pair = try Pair()
    try pair.server.send(100)
    try pair.server.shutdownWriting()
    usleep(3 * pause)
    try pair.client.receive()
    pair.client.close()
    usleep(pause)
    pair.server.close()
    return pair.ports
  }

  private static let halfClose = Scene(
    title: "A half close: one direction ends, the other goes on",
    explanation:
      "The client says with shutdown() that it has no more to send, and goes on to receive. Its end "
      + "waits in FIN_WAIT2, the server's in CLOSE_WAIT, as long as they like.",
    client: Expectation(close: .fourWay, firstFIN: .local, endsIn: .timeWait),
    server: Expectation(close: .fourWay, firstFIN: .remote)
  ) {
    let pair = try Pair()
    try pair.client.shutdownWriting()
    usleep(3 * pause)
    try pair.server.send(3)
    pair.server.close()
    usleep(pause)
    pair.client.close()
    return pair.ports
  }

  private static let unreadData = Scene(
    title: "close() with data that nobody has read",
    explanation:
      "Data was received and never read; to close in order would tell the sender that all was well. "
      + "So the kernel resets (RFC 2525 §2.17), and no TIME_WAIT is left.",
    client: Expectation(close: .resetSent, reset: .sent, why: .unreadData),
    server: Expectation(close: .resetReceived, reset: .received)
  ) {
    let pair = try Pair()
    try pair.server.send(3)
    usleep(pause)
    pair.client.close()
    usleep(pause)
    pair.server.close()
    return pair.ports
  }

  private static let refused = Scene(
    title: "A connect that is refused",
    explanation:
      "Nobody listens on that port, so the SYN is answered with a RST. An ICMP error would give the "
      + "application the same ECONNREFUSED, and be called unreachable here.",
    client: Expectation(openResult: .refused, reset: .received),
    server: nil
  ) {
    // A port that was free a moment ago, on an address that nothing else of this scene uses.
    let listener = try Socket.listening()
    let port = listener.localPort
    listener.close()
    let client = try Socket()
    try client.bind(.loopback, port: 0)
    let clientPort = client.localPort
    do { try client.connect(.loopback, port: port) } catch {}
    return Ports(client: clientPort, server: port)
  }

  private static let timeWait = Scene(
    title: "What the first closer is left with",
    explanation:
      "The first closer keeps the pair of addresses and ports for a minute, so that a late segment "
      + "finds it taken. No tracepoint says so: the socket goes to CLOSE, and a TIME_WAIT begins.",
    client: Expectation(close: .fourWay, firstFIN: .local, endsIn: .timeWait),
    server: Expectation(close: .fourWay, firstFIN: .remote)
  ) {
    let pair = try Pair()
    try pair.client.shutdownWriting()
    usleep(3 * pause)
    try pair.server.receive()
    pair.server.close()
    usleep(pause)
    pair.client.close()
    return pair.ports
  }
}

/// Two connected sockets of this process, over loopback.
private struct Pair {
  let client: Socket
  let server: Socket
  let ports: Scene.Ports

  init() throws {
    let listener = try Socket.listening()
    client = try Socket.connected(to: listener)
    server = try listener.accept()
    ports = Scene.Ports(client: client.localPort, server: listener.localPort)
  }
}
