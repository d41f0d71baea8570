// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Testing

@testable import Top

/// Whatever the size of the terminal: every line fits, and what is most worth knowing is there.
struct LayoutTests {
  static let sizes = [
    (80, 24), (120, 40), (200, 60), (81, 25), (99, 24), (300, 80), (79, 24), (60, 10), (40, 8),
    (20, 6), (10, 4), (1, 1), (3, 2), (80, 5), (80, 6), (80, 12),
  ]

  @Test(arguments: sizes)
  func everyLineFits(_ width: Int, _ height: Int) throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    for keys in ["", "p", "d", "?", " ", "/nginx", "\u{7f}"] {
      screen.type(keys)
      let display = try Display(&screen, width: width, height: height)
      #expect(display.lines.count == height, "\(keys): \(display.lines)")
      #expect(display.lines.allSatisfy { $0.utf8.count <= width }, "\(keys): \(display.lines)")
    }
  }

  /// The longest of everything, in every width.
  @Test(arguments: [80, 100, 120, 200, 300])
  func theLongestFits(_ width: Int) throws {
    var host = Host()
    let task = Process(pid: 4_194_304, comm: Comm("fifteen-letters"))
    _ = host.find(.closeWait, localPort: 65_535, remotePort: 65_535, task: task)
    host.closeFirst(host.connect(to: 65_535, by: task, in: 59_900_000_000, retrans: 1_000_000_000))
    host.wait(8_640_000 * 1_000_000_000)
    var screen = Screen.of(host.read())
    for view in [Screen.View.services, .owners] {
      screen.view = view
      let display = try Display(&screen, width: width, height: 40)
      #expect(display.lines.allSatisfy { $0.utf8.count <= width }, "\(display.lines)")
      #expect(display.rows.count == (view == .services ? 2 : 1))
      // Each row has a word under each title: nothing runs into its neighbour.
      let mark = view == .services ? 1 : 0
      let counted = display.titles.filter { $0 != "ENDS" }.count
      for row in display.rows {
        #expect(row.split(separator: " ").count >= counted + mark, "\(row)")
      }
    }
  }

  @Test func columnsOfEightyColumns() throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    #expect(
      try Display(&screen).titles == [
        "PORT", "OPEN", "NEW/S", "P50", "P99", "FAILED", "RESET", "CLOSE_WAIT", "OLDEST",
        "TIME_WAIT",
      ])
    screen.view = .owners
    #expect(
      try Display(&screen).titles == [
        "PROCESS", "OPEN", "NEW/S", "P50", "P99", "FAILED", "RESET", "CLOSE_WAIT", "OLDEST",
      ])
  }

  @Test func moreColumnsWhereThereIsRoom() throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    var shown = 0
    for width in 20...220 {
      let titles = try Display(&screen, width: width).titles
      #expect(titles.count >= shown, "more room never shows less: \(width)")
      shown = titles.count
    }
    let display = try Display(&screen, width: 220)
    #expect(display.titles.suffix(6) == ["RANGE", "CLOSED", "BY_US", "BY_PEER", "AGAIN", "ENDS"])
    #expect(display.rows.contains { $0.hasSuffix("four_way local 3") })
  }

  /// The right ends of the cells are below those of the titles.
  @Test(arguments: [80, 120, 200])
  func cellsAreBelowTheirTitles(_ width: Int) throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    for view in [Screen.View.services, .owners] {
      screen.view = view
      let display = try Display(&screen, width: width)
      let title = Array(try #require(display.title))
      for row in display.rows.map(Array.init) {
        for index in title.indices.dropFirst(20) {
          let ends = title[index] != " " && (index + 1 == title.count || title[index + 1] == " ")
          let word = String(title[..<index]).split(separator: " ").last
          guard ends, word != "END", word != "B" else { continue }
          #expect(row[index] != " ", "\(String(row)) below \(String(title))")
        }
      }
    }
  }

  @Test func nothingYet() throws {
    var screen = Screen()
    #expect(try Display(&screen).lines.count == 24)
    var host = Host()
    screen = .of(host.read())
    let display = try Display(&screen)
    #expect(display.lines.contains("no connections yet"))
    #expect(display.lines[1].hasPrefix("0 open, 0 opening; new 0/s, failed 0/s, closed 0/s"))
  }

  /// With more rows than fit, the selected one is always among those that are shown.
  @Test func scrolling() throws {
    var host = Host()
    for port: UInt16 in 1...100 {
      for _ in 0..<(101 - port) { _ = host.connect(to: port) }
    }
    var screen = Screen.of(host.read())
    screen.hasDetail = false
    #expect(try Display(&screen).rows.first?.hasPrefix("> 1 ") == true)
    _ = screen.press(.end)
    #expect(try Display(&screen).rows.last?.hasPrefix("> 100 ") == true)
    _ = screen.press(.pageUp)
    let page = try Display(&screen).rows
    #expect(page.first?.hasPrefix("> 81 ") == true && page.count == 19)
    _ = screen.press(.home)
    #expect(try Display(&screen).rows.first?.hasPrefix("> 1 ") == true)
    for _ in 0..<30 { _ = screen.press(.down) }
    #expect(try Display(&screen).rows.last?.hasPrefix("> 31 ") == true)
  }
}
