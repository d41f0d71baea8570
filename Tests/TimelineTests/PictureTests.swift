// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing
import Timeline

/// The picture for a terminal.
struct PictureTests {
  /// One of each, one second, and the whole page at 80 columns.
  @Test func page() {
    var open = Talk(4)
    open.open(100, established: 200)
    var waiting = Talk(5)
    waiting.open(100, established: 200)
    waiting.tell(600, .step(from: .established, to: .closeWait, stamp: 1, unsent: 0), .done)
    var before = Talk(6)
    before.found()
    var first = Talk(1)
    first.open(100, established: 200)
    first.closeFirst(400, acked: 500, closed: 600)
    #expect(
      lines(
        Session([first, .refused(2, at: 700), .reset(3, at: 800), open, waiting, before]).chart())
        == [
          "00:16:40.000 to 00:16:41.000 (1.00s), 6 connections, a column is 30.3ms",
          "LOCAL    REMOTE            |0s             |500ms             END",
          "curl/4321: 6 connections, 1 refused, 1 reset by peer",
          ":10006 ? 10.0.0.9:443     ~=================================~ ESTABLISHED",
          ":10001 > 10.0.0.9:443         ::::======>>>>>>>-------------~ closed by us",
          ":10004 > 10.0.0.9:443         ::::==========================~ ESTABLISHED",
          ":10005 > 10.0.0.9:443         ::::=============<<<<<<<<<<<<<~ CLOSE_WAIT",
          ":10002 > 10.0.0.9:443                             x           refused",
          ":10003 > 10.0.0.9:443                                :x       reset by peer",
          "",
          ": handshake  = established  > closing by us  < closing by peer  - TIME_WAIT",
          "? unknown  x ended, not by FINs  ~ before, beyond",
          "",
        ])
  }

  @Test(arguments: [80, 81, 99, 100, 120, 159, 160, 200, 400])
  func fits(_ width: Int) {
    var talks = Session.crowd
    var long = Talk(
      9999, process: Process(pid: 4_194_304, comm: Comm("fifteen-letters")),
      to: Address(high: 0x2001_0db8_1111_2222, low: 0x3333_4444_5555_6666), port: 65_535)
    long.open(5)
    talks.append(long)
    for isUnicode in [false, true] {
      let lines = lines(Session(talks).chart(), width: width, isUnicode: isUnicode, rows: 5)
      #expect(lines.filter { $0.count > width } == [])
    }
  }

  /// What is no terminal has no width: a page's.
  @Test(arguments: [-1, 0, 79, Int.min])
  func isAtLeastEightyWide(_ width: Int) {
    let chart = Session([.whole(1)]).chart()
    #expect(lines(chart, width: width) == lines(chart, width: 80))
  }

  @Test func isAPageWideWithoutATerminal() {
    let chart = Session([.whole(1)]).chart()
    #expect(lines(chart, width: Int(UInt16.max)) == lines(chart, width: 120))
    #expect(lines(chart, width: .max) == lines(chart, width: 120))
  }

  @Test func coloursSayNothingMore() {
    let chart = Session(Session.crowd).chart()
    let coloured = lines(chart, isColoured: true, isUnicode: true, rows: 5)
    #expect(coloured.contains { $0.contains("\u{1b}[") })
    let plain = coloured.map { $0.replacing(/\u{1b}\[[0-9]*m/, with: "") }
    #expect(plain == lines(chart, isUnicode: true, rows: 5))
  }

  @Test func plainIsASCII() {
    let text = lines(Session(Session.crowd).chart(), rows: 5).joined()
    #expect(text.utf8.allSatisfy { (32...126).contains($0) })
  }

  @Test func nothingToDraw() {
    #expect(
      lines(Session().chart()) == ["00:16:40.000 to 00:16:41.000 (1.00s), no connections", ""])
  }

  /// What is left out is said: by the window, for want of room, for losses.
  @Test func notes() {
    var session = Session((1...9).map { .refused($0, at: Double($0) * 100) })
    session.limit = 8
    session.losses.ring.resetsSent = 2
    let text = lines(session.chart(from: 250, to: 450)).suffix(4)
    #expect(text.first == "6 connections before or after that")
    #expect(text.contains { $0.hasPrefix("1 connection that ended before 00:16:4") })
    #expect(text.contains("2 records were lost: what they may have changed is unknown"))
  }

  /// A window cuts what goes on beyond it, and says so.
  @Test func cut() throws {
    var talk = Talk(1)
    talk.open(100, established: 200)
    talk.resetByPeer(900)
    let row = try #require(
      lines(Session([talk]).chart(from: 300, to: 600)).first { $0.hasPrefix(":10001") })
    #expect(row == ":10001 > 10.0.0.9:443     ~\(String(repeating: "=", count: 33))~ reset by peer")
  }

  @Test func unknownIsAQuestionMark() throws {
    var talk = Talk(1)
    talk.open(0, established: 100)
    talk.shut(.closeWait, .lastAck, 500)
    talk.end(.lastAck, 1000, Record.Closed(stamp: 1), [.dead, .done], shutdown: 3)
    let row = try #require(lines(Session([talk]).chart()).first { $0.hasPrefix(":10001") })
    #expect(row.contains("???") && row.contains("<<<"))
    #expect(!row.contains("===="), "established until when, nobody knows")
  }

  @Test(arguments: 1...12)
  func manyAreMergedAndCounted(_ rows: Int) {
    let chart = Session(Session.crowd).chart()
    let text = lines(chart, rows: rows)
    // Each connection has a row, or is one of those that a row stands for.
    var count = 0
    for line in text {
      if let merged = line.wholeMatch(of: /[*+]([0-9]+) +.*/) { count += Int(merged.1) ?? 0 }
      if line.hasPrefix(":") && line.dropFirst().first?.isNumber == true { count += 1 }
    }
    #expect(count == chart.count)
    #expect(text.count { $0.contains(" at most ") } >= 1)
    let tracks = min(rows, 2)
    #expect(text.count { $0.prefixMatch(of: /[:*+][0-9]/) != nil } <= tracks * rows)
  }

  /// How those ended that have no row of their own.
  @Test func mergedRowsSayHowTheyEnded() {
    let text = lines(Session(Session.crowd).chart(), rows: 3).joined(separator: "\n")
    #expect(text.contains("+39    > 10.0.0.9:443"))
    #expect(text.contains("\n       30 reset by peer, 9 closed by us\n"))
    #expect(text.contains("\n*3     > 10.0.0.9:80 "))
    #expect(text.contains("\n       3 refused\n"))
  }

  @Test func controlBytesOfANameAreNotWritten() {
    var name = Comm()
    name.first = 0x1b5b_4a32_5b1b_0a07
    let process = Process(pid: 5, comm: name)
    let text = lines(Session([.whole(1, process: process)]).chart()).joined()
    #expect(text.utf8.allSatisfy { (32...126).contains($0) })
    #expect(text.contains("/5: 1 connection"))
  }
}

extension Session {
  /// 40 connections of one process to one remote, 3 to another, and a server with 4.
  static var crowd: [Talk] {
    var talks: [Talk] = []
    for number in 0..<40 {
      let at = Double(20 * number)
      talks.append(number % 4 == 0 ? .whole(number, at: at) : .reset(number, at: at))
    }
    for number in 100..<103 {
      var talk = Talk(number, port: 80)
      talk.open(50)
      talk.refuse(60)
      talks.append(talk)
    }
    for number in 0..<4 {
      var talk = Talk(server: number)
      talk.open(300, established: 310)
      talk.closeSecond(400, closes: 410, closed: 420)
      talks.append(talk)
    }
    return talks
  }
}
