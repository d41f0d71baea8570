// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report
import Testing

/// Lines of connections: what is in them, and that they stay lines.
struct ConnectionLineTests {
  @Test(arguments: Table.widths)
  func areNeverWiderThanTheTerminal(_ width: Int) throws {
    var end = try Story.longest.end()
    // All that can make a cell long, at once.
    end.connection.id = 1_234_567
    end.connection.handshakeRetrans = 6
    end.connection.rtt = .max
    end.ending?.error = 99
    end.verdict.bytesSent = .max
    end.verdict.bytesReceived = 1_023_999
    end.verdict.retrans = 999_999
    let table = Table.connections(width: width, end.withEachWord)
    #expect(table.rows.count == end.withEachWord.count)
    #expect(table.lines.filter { $0.count > width } == [])
  }

  /// Each column that is added costs what its layout says it does.
  @Test func fitAtEveryWidth() throws {
    let end = try Story.longest.end()
    let ends = [end] + end.withEachWord.filter { $0.verdict.close == .retransmitTimeout }
    for width in 80...320 {
      let lines = Table.connections(width: width, ends).lines
      #expect(lines.allSatisfy { $0.count <= width }, "\(width)")
    }
  }

  /// A terminal of fewer than 80 columns gets lines of 80, and no crash.
  @Test(arguments: [79, 1, 0, -1, -1_000_000])
  func areAtLeastEightyWide(_ width: Int) throws {
    let end = try Story.whole.end()
    #expect(Table.connections(width: width, [end]).text == Table.connections(width: 80, [end]).text)
  }

  /// `COLUMNS` is whatever somebody has set. A crash would end the other tests: its own process.
  @Test func evenTheLeastNumberIsAWidth() async {
    await #expect(processExitsWith: .success) {
      #expect(
        Table.connections(width: .min, []).text == Table.connections(width: 80, []).text)
      #expect(
        Table.transitions(width: .min, []).text == Table.transitions(width: 80, []).text)
    }
  }

  /// Not a terminal: as much as there is.
  @Test func mayBeAsWideAsTheyLike() throws {
    let end = try Story.whole.end()
    #expect(
      Table.connections(width: .max, [end]).text == Table.connections(width: 300, [end]).text)
  }

  @Test(arguments: Table.widths)
  func columnsStandBelowTheirTitles(_ width: Int) throws {
    for story in [Story.whole, .longest, .barelySeen, .refused] {
      let end = try story.end()
      let table = Table.connections(width: width, [end])
      #expect(table.rows.count == 1)
      for row in table.rows { #expect(table.misplaced(in: row) == []) }
    }
  }

  @Test(arguments: Table.widths)
  func sayWhatIsKnown(_ width: Int) throws {
    let end = try Story.whole.end()
    let table = Table.connections(width: width, [end])
    let cells = table.cells(try #require(table.rows.first))
    #expect(cells["PROCESS"] == "curl/4321")
    #expect(cells["LOCAL"] == (width < 120 ? ":40000" : "10.0.0.1:40000"))
    #expect(cells[">"] == ">")
    #expect(cells["REMOTE"] == "192.0.2.7:443")
    #expect(cells["OPEN"] == "90us")
    #expect(cells["END"] == "four_way local")
    // What there is no room for has no title either.
    #expect([nil, "3.09ms"].contains(cells["LIVED"]))
    #expect([nil, "84us"].contains(cells["RTT"]))
    #expect([nil, "512"].contains(cells["SENT"]))
    #expect([nil, "1.46K"].contains(cells["RECVD"]))
    #expect([nil, "2"].contains(cells["RETRAN"]))
    #expect([nil, "-"].contains(cells["WHY"]))
    #expect([nil, "1"].contains(cells["ID"]))
    if width == 300 {
      #expect(cells.count == 14)
    }
  }

  @Test(arguments: Table.widths)
  func unknownIsAQuestionMark(_ width: Int) throws {
    let end = try Story.barelySeen.end()
    let table = Table.connections(width: width, [end])
    let cells = table.cells(try #require(table.rows.first))
    for title in ["PROCESS", ">", "OPEN"] { #expect(cells[title] == "?") }
    for title in ["LIVED", "RTT", "SENT", "RECVD", "RETRAN"] {
      #expect([nil, "?"].contains(cells[title]), "\(title)")
    }
    #expect(cells["END"] == "CLOSE_WAIT", "a state it is still in")
  }

  @Test(arguments: Table.widths)
  func unknownPortIsAQuestionMark(_ width: Int) throws {
    var story = Story()
    story.connect()
    let end = try story.end()
    let table = Table.connections(width: width, [end])
    let cells = table.cells(try #require(table.rows.first))
    #expect(cells["LOCAL"]?.hasSuffix(":?") == true)
  }

  @Test func endIsAWordAndWhoWasFirst() throws {
    let base = try Story.whole.end()
    func word(_ change: (inout ConnectionEnd) -> Void) -> String? {
      var end = base
      change(&end)
      let table = Table.connections(width: 80, [end])
      return table.rows.first.flatMap { table.cells($0)["END"] }
    }
    #expect(word { _ in } == "four_way local")
    #expect(word { $0.verdict.firstFIN = .remote } == "four_way remote")
    #expect(word { $0.verdict.firstFIN = nil } == "four_way")
    #expect(word { $0.verdict.close = .threeWay } == "three_way local")
    #expect(word { $0.verdict.close = .retransmitTimeout } == "retransmit_timeout")
    #expect(word { $0.verdict.close = .unknown } == "unknown")
    #expect(word { $0.verdict.openResult = .refused } == "fail: refused")
    #expect(word { $0.verdict.openResult = .adminAbort } == "fail: admin_abort")
    #expect(word { $0.verdict.close = nil } == "CLOSED", "the state, where no word was found")
  }

  @Test func arrowsSayWhoOpened() throws {
    var end = try Story.whole.end()
    let arrows: [(Open?, String)] = [
      (.active, ">"), (.passive, "<"), (.simultaneous, "="), (.selfConnect, "="), (.existing, "?"),
      (nil, "?"),
    ]
    for (open, arrow) in arrows {
      end.connection.open = open
      let table = Table.connections(width: 80, [end])
      #expect(table.rows.first.flatMap { table.cells($0)[">"] } == arrow)
    }
  }
}
