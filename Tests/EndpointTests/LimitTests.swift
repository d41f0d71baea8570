// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Endpoint

/// What a client may cost.
@Suite struct LimitTests {
  @Test func aHeadMayComeByteByByte() throws {
    let visit = try Desk().visit()
    for byte in "\r\nGET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /again HTTP/1.1\r\nHost: x\r\n\r\n"
      .utf8
    {
      try visit.send([byte])
    }
    #expect(try visit.statuses() == [200, 200])
  }

  /// To the byte, whatever they are: a parser counts no blanks.
  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: x\r\nA: ", "a", "\r\n\r\n"),
    ("GET / HTTP/1.1\r\nHost: x\r\nA:", " ", "a\r\n\r\n"),
    ("GET /", "a", " HTTP/1.1\r\nHost: x\r\n\r\n"), ("GET ", " ", "/ HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("", "\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), ("GET / HTTP/1.1\r\nHost:", "\t", "x\r\n\r\n"),
  ])
  func aHeadHasABound(start: String, filling: String, end: String) throws {
    for (length, isTaken) in [(8192, true), (8193, false)] {
      let desk = Desk()
      let visit = try desk.visit()
      let filling = String(repeating: filling, count: length - start.utf8.count - end.utf8.count)
      try visit.send(start + filling + end)
      let statuses = try visit.statuses()
      // Blanks in the request line are not the standard's.
      #expect(statuses == [isTaken ? 200 : 431] || statuses == [400])
      if !isTaken { #expect(!visit.isOpen) }
    }
  }

  @Test func fieldsAreCounted() throws {
    let visit = try Desk().visit()
    let fields = (0..<300).map { "A\($0): b\r\n" }.joined()
    try visit.send("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
    #expect(try visit.statuses() == [431])
  }

  @Test func anEndlessHeadIsCutShort() throws {
    let desk = Desk()
    let visit = try desk.visit()
    try visit.send("GET / HTTP/1.1\r\nA:")
    for _ in 0..<100 where visit.isOpen {
      try visit.send([UInt8](repeating: UInt8(ascii: " "), count: 1000))
    }
    #expect(try visit.statuses() == [431])
    #expect(!visit.isOpen)
  }

  @Test func aByteNowAndThenBuysNoTime() throws {
    let desk = Desk()
    let visit = try desk.visit()
    try visit.send("GET / HTTP/1.1\r\nA:")
    for second in 1...10 {
      #expect(visit.isOpen)
      try visit.send("b")
      desk.pass(seconds: 1)
      #expect(visit.isOpen == (second < 10))
    }
    #expect(try visit.output() == "")
    #expect(desk.dropped == ["request_timeout": 1])
    #expect(desk.facts.connections == 0)
  }

  @Test func whoSaysNothingIsClosed() throws {
    let desk = Desk()
    let visit = try desk.visit()
    desk.pass(seconds: 9)
    #expect(visit.isOpen)
    desk.pass(seconds: 1)
    #expect(!visit.isOpen)
    #expect(desk.dropped == ["request_timeout": 1])
  }

  @Test func afterAnAnswerThereIsMoreTime() throws {
    let desk = Desk()
    let visit = try desk.visit()
    for _ in 1...3 {
      try visit.get("/")
      desk.pass(seconds: 89)
      #expect(visit.isOpen)
    }
    desk.pass(seconds: 1)
    #expect(!visit.isOpen)
    // It had what it came for.
    #expect(desk.dropped.isEmpty)
  }

  @Test func aFurtherRequestHasItsTimeFromItsFirstByte() throws {
    let desk = Desk()
    let visit = try desk.visit()
    try visit.get("/")
    desk.pass(seconds: 60)
    try visit.send("GET / ")
    desk.pass(seconds: 9)
    try visit.send("HTTP/1.1\r\n")
    #expect(visit.isOpen)
    desk.pass(seconds: 1)
    #expect(!visit.isOpen)
    #expect(desk.dropped == ["request_timeout": 1])
  }

  @Test func aSiteThatHangsIsNotWaitedFor() throws {
    let desk = Desk()
    let visit = try desk.visit()
    try visit.get("/later")
    desk.pass(seconds: 4)
    #expect(try visit.statuses() == [])
    desk.pass(seconds: 1)
    #expect(try visit.statuses() == [503])
    // What it says then is for nobody, and certainly not for the next question.
    try visit.get("/later")
    #expect(desk.pages.waiting == 2)
    desk.release()
    #expect(try visit.statuses() == [200])
    #expect(visit.isOpen)
  }

  @Test func aSiteThatHangsIsNotAskedEverMore() throws {
    let desk = Desk { $0.unanswered = 3 }
    let visit = try desk.visit()
    for _ in 1...5 {
      try visit.get("/later")
      desk.pass(seconds: 5)
    }
    #expect(try visit.statuses() == [503, 503, 503, 503, 503])
    #expect(desk.pages.waiting == 3)
    desk.release()
    try visit.get("/")
    #expect(try visit.statuses() == [200])
  }

  @Test func anAnswerIsToBeTaken() throws {
    let desk = Desk()
    let visit = try desk.visit()
    visit.stopTaking()
    try visit.get("/long")
    desk.pass(seconds: 29)
    #expect(visit.isOpen)
    desk.pass(seconds: 1)
    #expect(!visit.isOpen)
    #expect(desk.dropped == ["response_timeout": 1])
  }

  @Test func whatIsSentAheadWaits() throws {
    let desk = Desk()
    let visit = try desk.visit()
    let later = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
    try visit.send(later + later + later)
    for _ in 1...3 {
      #expect(desk.pages.waiting == 1)
      #expect(try visit.output() == "")
      desk.release()
      #expect(try visit.output().hasSuffix("at last\n"))
    }
  }

  @Test func notAnythingWaits() throws {
    let desk = Desk()
    let visit = try desk.visit()
    try visit.get("/later")
    for _ in 0..<1000 { try visit.get("/flood") }
    desk.release()
    #expect(try visit.statuses() == [200])
    #expect(!visit.isOpen)
    #expect(desk.dropped == ["pipeline_overflow": 1])
  }

  @Test func whoWaitsLongestMakesRoom() throws {
    let desk = Desk { $0.connections = 3 }
    let visits = try (0..<3).map { _ in try desk.visit() }
    try visits[0].get("/")
    let fourth = try desk.visit()
    #expect(visits.map(\.isOpen) == [true, false, true])
    try fourth.get("/")
    #expect(try fourth.statuses() == [200])
    #expect(desk.dropped == ["pushed_out": 1])
    #expect(desk.facts.connections == 3)
  }

  @Test func whoIsAnsweredMakesNoRoom() throws {
    let desk = Desk { $0.connections = 2 }
    let visits = try (0..<2).map { _ in try desk.visit() }
    for visit in visits { try visit.get("/later") }
    let third = try desk.visit()
    #expect(!third.isOpen)
    #expect(desk.dropped == ["no_place": 1])
    desk.release()
    for visit in visits { #expect(try visit.statuses() == [200]) }
    // Now they wait again.
    #expect(try desk.visit().isOpen)
  }

  @Test func withoutADescriptorTheOldestGoes() throws {
    let desk = Desk()
    let visits = try (0..<2).map { _ in try desk.visit() }
    desk.server.makeRoom()
    #expect(visits.map(\.isOpen) == [false, true])
    desk.server.makeRoom()
    desk.server.makeRoom()
    #expect(desk.dropped == ["no_descriptor": 3, "pushed_out": 2])
  }
}
