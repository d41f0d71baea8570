// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import MadeUpHost
import Metrics
import Testing

@testable import Top

/// Numbers and keys in, a screen out.
struct ScreenTests {
  @Test func numbersOfServices() throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    let display = try Display(&screen, width: 120)
    #expect(try display.cell("< 443", "OPEN") == "3")
    #expect(try display.cell("< 443", "CLOSE_WAIT") == "2")
    #expect(try display.cell("< 443", "OLDEST") == "1.00s")
    #expect(try display.cell("< 443", "FAILED") == "0")
    #expect(try display.cell("> 5432", "OPEN") == "2")
    #expect(try display.cell("> 5432", "CLOSED") == "3")
    #expect(try display.cell("> 5432", "BY_US") == "3")
    #expect(try display.cell("> 5432", "TIME_WAIT") == "3")
    #expect(try display.cell("> 9999", "FAILED") == "1")
    #expect(try display.cell("> 9999", "P50") == "-")
    #expect(display.lines[1].hasPrefix("5 open, 0 opening;"))
    #expect(display.lines[2] == "3 TIME_WAIT, 0 FIN_WAIT2")
  }

  @Test func numbersOfProcesses() throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    _ = screen.press(.tab)
    let display = try Display(&screen, width: 120)
    #expect(try display.cell("nginx/80", "OPEN") == "3")
    #expect(try display.cell("nginx/80", "P50").first == "<")
    #expect(try display.cell("curl/4321", "P50").first == ">")
    #expect(try display.cell("curl/4321", "FAILED") == "1")
    #expect(try display.cell("curl/4321", "TIME_WAIT") == "3")
  }

  /// 84 µs and 90 µs, as far as a cell tells.
  @Test func latencies() throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    let display = try Display(&screen)
    let served = try #require(UInt64(try display.cell("< 443", "P50").dropLast(2)))
    let used = try #require(UInt64(try display.cell("> 5432", "P99").dropLast(2)))
    #expect((80...88).contains(served) && (86...94).contains(used))
  }

  /// A latency that nobody knows is no 0.
  @Test func unknownLatencies() throws {
    var host = Host()
    for _ in 0..<3 { _ = host.accept(at: 443, retrans: 1) }
    var screen = Screen.of(host.read())
    let display = try Display(&screen)
    #expect(try display.cell("< 443", "P50") == "?")
    #expect(display.lines.joined(separator: " ").contains("round trip unknown 3 of 3"))
    #expect(display.lines.joined().contains("(retransmitted 3)"))
  }

  @Test func whatWasThereBeforeIsAtLeastSoOld() throws {
    var host = Host()
    _ = host.find(.closeWait, localPort: 443, remotePort: 50_000)
    host.wait(59_000_000_000)
    var screen = Screen.of(host.read())
    let display = try Display(&screen)
    #expect(try display.cell("? 443", "OLDEST") == ">=1m00s")
    #expect(try display.cell("? 443", "NEW/S") == "0")
  }

  /// Rates are those since the reading before.
  @Test func rates() throws {
    var host = Host()
    for _ in 0..<20 { _ = host.connect(to: 80) }
    let first = host.read()
    for _ in 0..<7 { _ = host.connect(to: 80) }
    let second = host.read()
    var screen = Screen.of(first, second)
    let expected = Int((7 / (Double(second.at - first.at) / 1e9)).rounded())
    let told = try Display(&screen).cell("> 80", "NEW/S")
    #expect(told == "\(expected)" || told.hasPrefix("\(expected)."))
    // And since the start, where there was none before.
    screen = .of(first)
    #expect(try Display(&screen).cell("> 80", "NEW/S") == "20")
  }

  /// Of the last minute: an hour ago it was slow, and that is over.
  @Test func latenciesAreThoseOfTheLastMinute() throws {
    var host = Host()
    var history = History()
    for _ in 0..<10 { _ = host.connect(to: 80, in: 1_000_000_000) }
    history.add(host.read())
    for _ in 0..<20 {
      host.wait(9_000_000_000)
      _ = host.connect(to: 80, in: 1_000_000)
      history.add(host.read())
    }
    let entry = try #require(history.frame?.services.first)
    #expect(entry.recent.opened <= 8 && entry.recent.opened >= 6)
    #expect(entry.recent.connectTime.quantile(1) ?? 0 < 1_100_000)
    #expect(entry.row.counters.opened == 30)
  }

  // MARK: Keys

  @Test func sorting() throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    #expect(try Display(&screen).rows.map { $0.prefix(6) } == ["< 443 ", "> 5432", "> 9999"])
    for _ in 0..<4 { _ = screen.press(.right) }
    let display = try Display(&screen)
    #expect(display.lines.last?.contains("sort: FAILED") == true)
    #expect(display.rows.first?.hasPrefix("> 9999") == true)
    screen.type("r")
    #expect(try Display(&screen).rows.last?.hasPrefix("> 9999") == true)
    // All the way round.
    screen.type("rSSSS<")
    #expect(try Display(&screen, width: 120).lines.last?.contains("sort: AGAIN") == true)
    screen.type(">")
    #expect(try Display(&screen).lines.last?.contains("sort: OPEN") == true)
  }

  @Test func filtering() throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    screen.type("/543")
    #expect(try Display(&screen).lines.last?.hasPrefix("filter: 543_") == true)
    #expect(try Display(&screen).rows.count == 1)
    _ = screen.press(.backspace)
    screen.type("9q")
    #expect(try Display(&screen).lines.contains("none that fits"))
    _ = screen.press(.backspace)
    _ = screen.press(.backspace)
    _ = screen.press(.enter)
    #expect(try Display(&screen).rows.count == 1)
    #expect(try Display(&screen).lines.last?.contains("filter: 54") == true)
    _ = screen.press(.escape)
    #expect(try Display(&screen).rows.count == 3)
    _ = screen.press(.tab)
    screen.type("/NGINX")
    #expect(try Display(&screen).rows.map { $0.prefix(8) } == ["nginx/80"])
  }

  /// A pause keeps the numbers; what was counted meanwhile is there after it.
  @Test func pausing() throws {
    var host = Host.busy()
    var screen = Screen.of(host.read())
    var history = History()
    screen.type(" ")
    _ = host.connect(to: 5432)
    history.add(host.read())
    screen.show(try #require(history.frame))
    var display = try Display(&screen)
    #expect(try display.cell("> 5432", "OPEN") == "2")
    #expect(display.lines.last?.hasPrefix("PAUSED") == true)
    // Other keys still do what they do.
    screen.type("p")
    #expect(try Display(&screen).title?.hasPrefix("PROCESS") == true)
    screen.type("p ")
    screen.show(try #require(history.frame))
    display = try Display(&screen)
    #expect(try display.cell("> 5432", "OPEN") == "3")
  }

  /// The selected row stays the selected one when the order changes.
  @Test func selection() throws {
    var host = Host.busy()
    var history = History()
    history.add(host.read())
    var screen = Screen()
    screen.show(try #require(history.frame))
    screen.type("j")
    #expect(try detail(&screen).hasPrefix("> 5432 now:"))
    for _ in 0..<10 { _ = host.connect(to: 5432) }
    history.add(host.read())
    screen.show(try #require(history.frame))
    #expect(try Display(&screen).rows.first?.hasPrefix("> 5432") == true)
    #expect(try detail(&screen).hasPrefix("> 5432 now: ESTABLISHED 12"))
    screen.type("jj")
    #expect(try detail(&screen).hasPrefix("> 9999 now:"))
    screen.type("k")
    #expect(try detail(&screen).hasPrefix("< 443 now: CLOSE_WAIT 2, ESTABLISHED 1"))
    _ = screen.press(.enter)
    #expect(!(try Display(&screen).lines.contains { $0.hasPrefix("< 443 now") }))
  }

  private func detail(_ screen: inout Screen) throws -> String {
    try #require(try Display(&screen).lines.first { $0.contains(" now:") })
  }

  @Test func theWholeDetail() throws {
    var host = Host.busy()
    host.timedOut(at: 5432)
    var screen = Screen.of(host.read())
    screen.type("j")
    let text = try Display(&screen).lines.joined(separator: "\n")
    #expect(text.contains("opened 5: connect p50"))
    #expect(text.contains("failed 1: timeout 1"))
    #expect(text.contains("closed 3: four_way local 3"))
    #expect(text.contains("left: TIME_WAIT 3"))
  }

  @Test func quitting() {
    var screen = Screen()
    #expect(screen.press(.character(UInt8(ascii: "x"))) == .none)
    #expect(screen.press(.character(UInt8(ascii: "?"))) == .redraw)
    #expect(screen.press(.character(UInt8(ascii: "x"))) == .redraw)
    #expect(!screen.isHelp)
    #expect(screen.press(.character(UInt8(ascii: "q"))) == .quit)
  }

  /// Losses are on the first line, whatever else there is.
  @Test func losses() throws {
    var host = Host.busy()
    var reading = host.read()
    reading.losses.ring.transitions = 12
    reading.losses.gaps = 3
    var screen = Screen.of(reading)
    #expect(try Display(&screen).lines[0].hasSuffix("lost 15 (ring 12, gap 3)"))
  }
}
