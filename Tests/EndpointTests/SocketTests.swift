// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Endpoint

/// Over real sockets: what the kernel and NIO do of what the other tests take for granted.
@Suite(.serialized) struct SocketTests {
  @Test func aPortIsFoundAndTaken() throws {
    let running = try Running()
    let address = running.endpoint.address
    #expect(address.port != 0)
    let error = try #require(throws: ListeningSocket.Failure.self) { try ListeningSocket(address) }
    #expect("\(error)" == "cannot listen on \(address): Address already in use")
  }

  @Test func whatConnectsBeforeItIsServedWaits() throws {
    let socket = try ListeningSocket(try Endpoint.Address("0"))
    let client = try Client(socket.address)
    try client.get("/early")
    let endpoint = try Endpoint.serve(socket, Pages())
    defer { endpoint.stop() }
    #expect(try client.answer()?.body == Array("/early\n".utf8))
  }

  @Test func ipv6IsServed() throws {
    let socket: ListeningSocket
    do {
      socket = try ListeningSocket(try Endpoint.Address("[::1]:0"))
    } catch let error as ListeningSocket.Failure
      where error.number == EADDRNOTAVAIL || error.number == EAFNOSUPPORT
    {
      return  // A host without IPv6.
    }
    #expect("\(socket.address)".hasPrefix("[::1]:"))
  }

  @Test func byteByByte() throws {
    let running = try Running()
    let client = try running.client()
    for byte in "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n".utf8 { try client.send([byte]) }
    #expect(try client.answer()?.body == Array("/slow\n".utf8))
  }

  @Test func manyAtOnceInOneWrite() throws {
    let running = try Running()
    let client = try running.client()
    try client.send(
      (1...200).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
    for number in 1...200 {
      #expect(try client.answer()?.body == Array("/\(number)\n".utf8))
    }
  }

  @Test func whoClosesItsHalfIsAnswered() throws {
    let running = try Running()
    let client = try running.client()
    try client.send("GET /half HTTP/1.0\r\n\r\n")
    client.closeOutput()
    #expect(try client.rest().hasSuffix("\r\n\r\n/half\n"))
  }

  @Test func slowClientsAreClosed() throws {
    let running = try Running { $0.headTime = .milliseconds(50) }
    let clients = try (0..<20).map { _ in try running.client() }
    for client in clients { try client.send("GET / HTTP/1.1\r\nA:") }
    for client in clients { #expect(try client.rest() == "") }
    #expect(running.comes { running.endpoint.facts().connections == 0 })
    #expect(running.dropped(.requestTimeout) == 20)
  }

  /// It is told why, though it has sent more than is read: closed at once, it would get a reset.
  @Test func whatIsTooLongIsAnswered() throws {
    let running = try Running()
    let client = try running.client()
    try client.send("GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 9000))
    #expect(try client.rest().hasPrefix("HTTP/1.1 431 "))
  }

  @Test func aBodyIsAnswered() throws {
    let running = try Running()
    let client = try running.client()
    try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n")
    try client.send([UInt8](repeating: 1, count: 50_000))
    #expect(try client.rest().hasPrefix("HTTP/1.1 413 "))
  }

  @Test func whoDoesNotReadIsGivenUp() throws {
    let running = try Running {
      $0.takingTime = .milliseconds(100)
      $0.sendBuffer = 4096
    }
    let client = try running.client(receiveBuffer: 4096)
    // 105 000 bytes, which no two such buffers hold.
    try client.get("/long")
    #expect(running.comes { running.dropped(.responseTimeout) == 1 })
    #expect(running.comes { running.endpoint.facts().connections == 0 })
  }

  @Test func whoOnlySaysNothingKeepsNobodyOut() throws {
    let running = try Running { $0.connections = 20 }
    let silent = try (0..<400).map { _ in try running.client() }
    let client = try running.client()
    try client.get("/through")
    #expect(try client.answer()?.body == Array("/through\n".utf8))
    #expect(running.comes { running.dropped(.pushedOut) == 381 })
    #expect(running.endpoint.facts().connections == 20)
    for client in silent.prefix(300) { #expect(try client.rest() == "") }
  }

  @Test func thousandsComeAndGo() throws {
    let running = try Running()
    for number in 0..<2000 {
      let client = try running.client()
      // Some ask, some say nothing, some go in the middle.
      switch number % 4 {
      case 0: try client.get("/")
      case 1: break
      case 2: try client.send("GET / HT")
      default:
        try client.get("/")
        #expect(try client.answer()?.body == Array("/\n".utf8))
      }
    }
    #expect(running.comes { running.endpoint.facts().connections == 0 })
    let facts = running.endpoint.facts()
    // Those of 0 may have gone before their answer was taken, and still have it.
    #expect(try #require(facts.requests[200]) >= 500)
    #expect(facts.requests.keys.sorted() == [200])
  }

  @Test func garbageHurtsNobody() throws {
    let running = try Running()
    var state: UInt64 = 0x5eed
    for _ in 0..<200 {
      let client = try running.client()
      let bytes = (0..<500).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      }
      try client.send(bytes + Array("\r\n\r\n".utf8))
      #expect(try client.rest().hasPrefix("HTTP/1.1 400 "))
    }
    let client = try running.client()
    try client.get("/still")
    #expect(try client.answer()?.body == Array("/still\n".utf8))
  }

  @Test func aStopLetsAnswersOut() throws {
    let running = try Running { $0.stopTime = .seconds(15) }
    let client = try running.client()
    let idle = try running.client()
    try client.get("/later")
    #expect(running.comes { running.pages.waiting == 1 })
    let endpoint = running.endpoint
    let stopping = Thread { endpoint.stop() }
    #expect(try idle.rest() == "")
    #expect(throws: Client.Failure.self) { try running.client() }
    running.pages.release()
    let answer = try #require(try client.answer())
    #expect(answer.head.contains("\r\nconnection: close"))
    client.closeOutput()
    stopping.join()
    #expect(endpoint.facts().connections == 0)
    // What comes afterwards does nothing.
    running.pages.release()
    endpoint.stop()
  }

  @Test func aStopDoesNotWaitForEver() throws {
    let running = try Running { $0.stopTime = .milliseconds(50) }
    let client = try running.client()
    try client.get("/later")
    #expect(running.comes { running.pages.waiting == 1 })
    running.endpoint.stop()
    #expect(try client.rest() == "")
    #expect(running.dropped(.stopped) == 1)
    running.pages.release()
  }
}
