// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Lifecycle
import Testing
import Tour

extension Pair {
  /// Two connected sockets of this process, over loopback.
  init(isV6: Bool = false, to address: Address? = nil) throws {
    let listener = try Socket.listening(isV6: isV6)
    let client = try Socket(isV6: isV6 && address == nil)
    try client.connect(
      address ?? (isV6 ? .loopbackV6 : .loopback), port: listener.localPort,
      isV6: isV6 && address == nil)
    self.init(listener: listener, client: client, server: try listener.accept())
  }

  /// The two closes as one, so that the second FIN carries the ACK of the first. Between them no
  /// other task may run: the kernel waits 40 ms for such a FIN, and then sends a bare ACK.
  func closeAtOnce(_ first: Socket, _ second: Socket) {
    withoutPreemption {
      first.close()
      second.close()
    }
  }
}

/// At real-time priority, above the tracer's.
func withoutPreemption(_ body: () -> Void) {
  var parameters = sched_param(sched_priority: 10)
  unsafe _ = sched_setscheduler(0, SCHED_FIFO, &parameters)
  body()
  parameters.sched_priority = 0
  unsafe _ = sched_setscheduler(0, SCHED_OTHER, &parameters)
}

extension Socket {
  /// A listener at an address of choice.
  static func listening(
    at address: Address, port: UInt16 = 0, backlog: CInt = 64
  ) throws -> Socket {
    let socket = try Socket()
    try socket.bind(address, port: port)
    try socket.listen(backlog: backlog)
    return socket
  }

  /// A port of loopback that nobody listens at.
  static func freePort() throws -> UInt16 {
    let socket = try Socket()
    try socket.bind(.loopback, port: 0)
    return socket.localPort
  }

  /// `connect(AF_UNSPEC)`: gives the connection up, and keeps the socket.
  func disconnect() {
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    let size = socklen_t(MemoryLayout<sockaddr>.size)
    let result = unsafe Glibc.connect(descriptor, &nowhere, size)
    #expect(result == 0)
  }

  /// Sends until nothing more goes in.
  func fill() throws {
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    do {
      while true { try send(65_536) }
    } catch let failure as Socket.Failure where failure.errno == EAGAIN {}
  }
}

/// Connections that end in order, the client first: ten transitions each, and no other records.
///
/// Each side waits for the other's FIN, so that the two never cross; and with shutdown() the client
/// keeps its socket, so that no mini socket has anything to add.
func makeOrderly(_ count: Int, to listener: Socket) throws {
  for _ in 0..<count {
    let client = try Socket()
    try client.connect(.loopback, port: listener.localPort)
    let server = try listener.accept()
    try client.shutdownWriting()
    try server.receive(1)
    server.close()
    try client.receive(1)
    client.close()
  }
}
