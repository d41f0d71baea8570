// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import Testing

@testable import Endpoint

/// How connections end.
@Suite struct EndingTests {
  @Test func whoClosesItsHalfIsAnswered() throws {
    let desk = Desk()
    let visit = try desk.visit()
    try visit.get("/later")
    try visit.get("/next")
    visit.closeInput()
    #expect(visit.isOpen)
    desk.release()
    #expect(try visit.statuses() == [200, 200])
    #expect(!visit.isOpen)
    #expect(desk.dropped.isEmpty)
  }

  @Test func whoClosesWithoutAWordIsNoLoss() throws {
    let desk = Desk()
    try desk.visit().closeInput()
    try desk.visit().leave()
    #expect(desk.dropped.isEmpty)
    #expect(desk.facts.connections == 0)
  }

  @Test func whoClosesInItsRequestIsCounted() throws {
    let desk = Desk()
    let (half, gone, asked) = (try desk.visit(), try desk.visit(), try desk.visit())
    try half.send("GET / HT")
    half.closeInput()
    #expect(!half.isOpen)
    try gone.send("GET / HTTP/1.1\r\nA:")
    gone.leave()
    try asked.get("/later")
    asked.leave()
    desk.release()
    #expect(desk.dropped == ["client_gone": 3])
    #expect(desk.facts.requests.isEmpty)
    #expect(desk.facts.connections == 0)
  }

  @Test func aStopWaitsForAnswers() throws {
    let desk = Desk()
    let (idle, begun, asked) = (try desk.visit(), try desk.visit(), try desk.visit())
    try begun.send("GET")
    try asked.get("/later")
    let end = desk.server.stop()
    #expect([idle, begun, asked].map(\.isOpen) == [false, false, true])
    desk.release()
    #expect(try asked.output().contains("\r\nconnection: close\r\n"))
    #expect(!asked.isOpen)
    try end.wait()
    #expect(desk.dropped == ["stopped": 1])
  }

  @Test func aStopDoesNotWaitForEver() throws {
    let desk = Desk()
    let (asked, answered) = (try desk.visit(), try desk.visit())
    try asked.get("/later")
    answered.stopTaking()
    try answered.get("/long")
    let end = desk.server.stop()
    desk.pass(seconds: 1)
    try end.wait()
    #expect(!asked.isOpen && !answered.isOpen)
    #expect(desk.dropped == ["stopped": 2])
  }

  /// What has been answered is not lost to a reset: the rest is read, but not without end.
  @Test func afterTheLastAnswerTheRestIsReadAndDropped() {
    var machine = ConnectionStateMachine(Endpoint.Limits())
    guard case .answer(let answer) = machine.malformed(HTTPParserError.invalidMethod) else {
      Issue.record("no answer")
      return
    }
    #expect(answer.status == 400)
    guard case .leave = machine.sent() else {
      Issue.record("closed at once")
      return
    }
    #expect(machine.reads && !machine.takesRequest)
    #expect(machine.wait == .leaving)
    guard case .nothing = machine.received(64 * 1024) else {
      Issue.record("closed too soon")
      return
    }
    guard case .close = machine.received(1) else {
      Issue.record("reads for ever")
      return
    }
    #expect(machine.wait == nil)
  }
}
