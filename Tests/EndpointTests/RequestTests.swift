// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Endpoint

/// What is answered, and how.
@Suite struct RequestTests {
  @Test func getHasItsPage() throws {
    let desk = Desk()
    let visit = try desk.visit()
    try visit.send("GET /metrics?x=/y HTTP/1.1\r\nHost: x\r\nAccept: a/b\r\nAccept: c/d\r\n\r\n")
    let output = try visit.output()
    #expect(output.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(output.hasSuffix("\r\n\r\n/metrics a/b c/d\n"))
    for field in [
      "content-type: text/plain; charset=utf-8", "content-length: 17", "connection: keep-alive",
      "vary: accept, accept-encoding", "cache-control: no-store", "x-content-type-options: nosniff",
    ] {
      #expect(output.contains("\r\n\(field)\r\n"))
    }
    #expect(output.contains("\r\ndate: "))
    #expect(visit.isOpen)
    #expect(desk.facts.requests == [200: 1])
    #expect(desk.facts.connections == 1)
  }

  @Test func headHasLengthAndNoBody() throws {
    let visit = try Desk().visit()
    try visit.send("HEAD /page HTTP/1.1\r\nHost: x\r\n\r\n")
    let output = try visit.output()
    #expect(output.contains("\r\ncontent-length: 6\r\n"))
    #expect(output.hasSuffix("\r\n\r\n"))
    try visit.get("/page")
    #expect(try visit.output().hasSuffix("\r\n\r\n/page\n"))
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"])
  func otherMethodsAreNotAllowed(method: String) throws {
    let visit = try Desk().visit()
    try visit.send("\(method) /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    let output = try visit.output()
    #expect(output.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
    #expect(output.contains("\r\nallow: GET, HEAD\r\n"))
    #expect(visit.isOpen)
  }

  @Test(arguments: [
    "GET /metrics HTTP/1.1", "GET http://host:80/metrics HTTP/1.1", "GET /metrics?a=b HTTP/1.1",
    "GET http://host/metrics?http://x/ HTTP/1.1", "GET /metrics#part HTTP/1.1",
  ])
  func everyFormOfATargetIsRead(line: String) throws {
    let visit = try Desk().visit()
    try visit.send("\(line)\r\nHost: x\r\n\r\n")
    #expect(try visit.output().hasSuffix("\r\n\r\n/metrics\n"))
  }

  @Test func version1_0ClosesUnlessAskedNotTo() throws {
    let desk = Desk()
    let visit = try desk.visit()
    try visit.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(try visit.output().contains("\r\nconnection: keep-alive\r\n"))
    #expect(visit.isOpen)
    try visit.send("GET / HTTP/1.0\r\n\r\n")
    #expect(try visit.output().contains("\r\nconnection: close\r\n"))
    #expect(!visit.isOpen)
    #expect(desk.dropped.isEmpty)
  }

  @Test func closeIsDone() throws {
    let visit = try Desk().visit()
    try visit.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(try visit.output().contains("\r\nconnection: close\r\n"))
    #expect(!visit.isOpen)
  }

  /// NIO's decoder takes what follows for another protocol's, and says no more.
  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
  ])
  func noOtherProtocolFollows(request: String) throws {
    let visit = try Desk().visit()
    try visit.send(request)
    #expect(try visit.output().contains("\r\nconnection: close\r\n"))
    #expect(!visit.isOpen)
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400), ("\u{16}\u{3}\u{1}\u{2}\r\n\r\n", 400),
    ("GET / HTTP/3.1\r\n\r\n", 400), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n", 400),
    ("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nA: b\u{0}c\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", 413),
    ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", 413),
  ])
  func whatIsNoRequestEndsTheConnection(request: String, status: Int) throws {
    let desk = Desk()
    let visit = try desk.visit()
    // What comes behind is not to be taken for a request.
    try visit.send(request + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try visit.statuses() == [status])
    #expect(!visit.isOpen)
    #expect(desk.facts.requests == [UInt16(status): 1])
  }

  @Test func aSiteCanSayNo() throws {
    let visit = try Desk().visit()
    try visit.get("/none")
    try visit.get("/odd")
    try visit.get("/lost")
    try visit.get("/twice")
    try visit.get("/")
    #expect(try visit.statuses() == [404, 500, 500, 200, 200])
  }

  @Test func whoTakesNeitherFormIsTold() throws {
    let visit = try Desk().visit()
    try visit.send("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: *;q=0\r\n\r\n")
    #expect(try visit.statuses() == [406])
  }

  @Test func shortPagesAreNotCompressedUnlessTheyMustBe() throws {
    let visit = try Desk().visit()
    try visit.send("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
    #expect(try !visit.output().contains("content-encoding"))
    try visit.send("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, identity;q=0\r\n\r\n")
    #expect(try visit.output().contains("\r\ncontent-encoding: gzip\r\n"))
  }

  /// A connection does not last for ever.
  @Test func theLastRequestIsAnnounced() throws {
    let visit = try Desk { $0.requestsPerConnection = 3 }.visit()
    for _ in 1...2 {
      try visit.get("/")
      #expect(try visit.output().contains("\r\nconnection: keep-alive\r\n"))
    }
    try visit.get("/")
    #expect(try visit.output().contains("\r\nconnection: close\r\n"))
    #expect(!visit.isOpen)
  }
}
