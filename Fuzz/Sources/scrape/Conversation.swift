// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOEmbedded

@testable import Endpoint

/// Clients of one server, whose doings the input says: which one sends how many of the next bytes, goes away, or
/// takes no more; what the site does; and how time goes.
///
/// Beside what the sanitizer sees, it is held that the server answers nobody twice, forgets nobody, and keeps to
/// its limits.
final class Conversation {
  private let loop = EmbeddedEventLoop()
  private let site = Later()
  private let counters = Counters()
  private let server: Server
  private let limits: Endpoint.Limits
  private var clients: [Client?]
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    var limits = Endpoint.Limits()
    limits.connections = 2
    limits.head = 200
    limits.requestsPerConnection = 5
    limits.unanswered = 4
    limits.lingerBytes = 300
    self.limits = limits
    self.bytes = bytes[...]
    server = Server(site, limits, counters, Mailbox(loop), on: loop)
    clients = [nil, nil, nil]
  }

  func run() {
    // A first letter of HTTP is one long piece: so that requests as they are found anywhere are inputs too.
    if let first = bytes.first, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first {
      send(0, bytes.count)
    }
    while let step = bytes.popFirst() { take(step) }
    // A site that keeps a question keeps who asks.
    site.isLate = false
    site.release()
    loop.run()
    let end = server.stop()
    loop.advanceTime(by: .hours(1))
    // All have gone, and each has been counted.
    var hasEnded = false
    end.whenComplete { _ in hasEnded = true }
    guard hasEnded, counters.current.connections == 0 else { fatalError("somebody is left") }
    for client in clients { client?.check() }
  }

  private func take(_ step: UInt8) {
    let index = Int(step >> 6) % clients.count
    switch step & 0x3f {
    case 0: clients[index]?.channel.close(promise: nil)
    case 1: clients[index]?.closeInput()
    case 2: clients[index]?.jam.isOn = true
    case 3: clients[index]?.jam.release()
    case 4: site.release()
    case 5: loop.advanceTime(by: .milliseconds(900))
    case 6: loop.advanceTime(by: .seconds(11))
    case 7: loop.advanceTime(by: .seconds(100))
    case 8: server.makeRoom()
    case 9: site.isLate.toggle()
    case 10: _ = server.stop()
    case 11: clients[index] = nil
    case let length: send(index, Int(length) - 11)
    }
    loop.run()
    // A newcomer is counted before another goes for it.
    guard counters.current.connections <= limits.connections else { fatalError("too many") }
  }

  private func send(_ index: Int, _ count: Int) {
    let piece = bytes.prefix(count)
    bytes = bytes.dropFirst(count)
    if clients[index]?.channel.isActive != true {
      clients[index]?.check()
      clients[index] = Client(of: server, on: loop)
    }
    clients[index]?.send(piece)
  }
}

/// A site that answers at once, or when it is told to.
private final class Later: Site, @unchecked Sendable {
  var isLate = false
  private var held: [@Sendable (Response) -> Void] = []

  func answer(_ request: Request, _ done: @escaping @Sendable (Response) -> Void) {
    guard request.path.utf8.count <= 200 else { fatalError("a path longer than a head") }
    if isLate {
      held.append(done)
    } else {
      done(Response(contentType: "text/plain", body: Array((request.path + "\n").utf8)))
    }
  }

  func release() {
    let held = held
    self.held = []
    for done in held { done(Response(text: "late")) }
  }
}
