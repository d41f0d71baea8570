// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report
import Testing

/// Lines of transitions.
struct TransitionLineTests {
  @Test(arguments: Table.widths)
  func areNeverWiderThanTheTerminal(_ width: Int) {
    let told = Told(Story.longest.records).transitions
    let table = Table.transitions(width: width, []) { lines in
      for (connection, _, at) in told {
        for from in TCPState.all {
          for to in TCPState.all {
            lines.transition(connection, Edge(from: from, to: to), at: at)
          }
        }
      }
    }
    #expect(table.rows.count == 5 * 11 * 11)
    #expect(table.lines.filter { $0.count > width } == [])
  }

  /// Each column that is added costs what its layout says it does.
  @Test func fitAtEveryWidth() {
    for width in 80...240 {
      let lines = Table.transitions(width: width, Story.longest.records).lines
      #expect(lines.allSatisfy { $0.count <= width }, "\(width)")
    }
  }

  @Test(arguments: Table.widths)
  func columnsStandBelowTheirTitles(_ width: Int) {
    for story in [Story.whole, .longest, .barelySeen, .refused] {
      let table = Table.transitions(width: width, story.records)
      #expect(!table.rows.isEmpty)
      for row in table.rows { #expect(table.misplaced(in: row) == []) }
    }
  }

  @Test(arguments: Table.widths)
  func sayWhatIsKnown(_ width: Int) throws {
    let table = Table.transitions(width: width, Story.whole.records)
    let rows = table.rows.map(table.cells)
    #expect(
      rows.map { $0["FROM"] } == ["CLOSED", "SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2"])
    #expect(
      rows.map { $0["TO"] } == ["SYN_SENT", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "CLOSED"])
    for row in rows {
      #expect(row["REMOTE"] == "192.0.2.7:443")
      #expect(row["PROCESS"] == "curl/4321")
      #expect([nil, "1"].contains(row["ID"]))
    }
    for row in rows.dropFirst() { #expect(row["LOCAL"]?.hasSuffix(":40000") == true) }
  }

  /// The kernel chooses the port after the first transition.
  @Test(arguments: Table.widths)
  func unknownPortIsAQuestionMark(_ width: Int) throws {
    let table = Table.transitions(width: width, Story.whole.records)
    let first = try #require(table.rows.first)
    #expect(table.cells(first)["LOCAL"]?.hasSuffix(":?") == true)
  }

  @Test(arguments: Table.widths)
  func unknownProcessIsAQuestionMark(_ width: Int) {
    let table = Table.transitions(width: width, Story.barelySeen.records)
    #expect(table.rows.map { table.cells($0)["PROCESS"] } == ["?"])
    #expect(table.rows.filter { $0.hasSuffix(" ") } == [], "no spaces at the end")
  }
}
