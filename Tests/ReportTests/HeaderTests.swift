// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report
import Testing

/// The header stands above the first line, and again only where the columns below it are others.
struct HeaderTests {
  @Test func standsFirst() {
    let connections = Table.connections(width: 80, []).text
    let transitions = Table.transitions(width: 80, []).text
    #expect(
      connections
        == "TIME     PROCESS       LOCAL    REMOTE                   OPEN END\n")
    #expect(transitions.hasPrefix("TIME            FROM        TO          LOCAL  REMOTE "))
    #expect(transitions.hasSuffix(" PROCESS\n"))
  }

  @Test func isRepeatedOnlyForAnotherLayout() throws {
    let end = try Story.whole.end()
    let table = Table.connections(width: 80, [end]) {
      $0.resize(80)
      $0.resize(81)
      $0.resize(40)
      $0.connection(end, at: 0)
      $0.resize(100)
      $0.connection(end, at: 0)
      $0.resize(100)
      $0.resize(80)
    }
    let isHeader = table.lines.map { $0.hasPrefix("TIME ") }
    #expect(isHeader == [true, false, false, true, false, true])
    #expect(table.lines.first == table.lines.last)
  }

  @Test func isRepeatedForTransitionsToo() {
    let table = Table.transitions(width: 80, []) {
      $0.resize(80)
      $0.resize(90)
      $0.resize(91)
      $0.resize(300)
      $0.resize(10_000)
      $0.resize(.max)
      $0.resize(0)
    }
    #expect(table.lines.count == 4)
    #expect(table.lines.allSatisfy { $0.hasPrefix("TIME ") })
    #expect(table.lines.first == table.lines.last)
  }
}
