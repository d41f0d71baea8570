// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

@testable import Report

/// The tables of what waits: which rows, and what stands in them.
struct TimeWaitTableTests {
  private static func process(_ number: Int) -> Process {
    Process(pid: UInt32(100 + number), comm: Comm("worker\(number)"))
  }

  /// No row is missing from the sum.
  @Test(arguments: [0, 1, 2, 20, 29, 30, 31])
  func countsAddUp(_ rows: Int) throws {
    let ports = (0..<30).map { index in
      TimeWaitCensus.Port.at(
        UInt16(1000 + index), timeWait: 60 - 2 * index, finWait2: index, age: 0,
        owners: [(Self.process(index % 3), 60 - index)])
    }
    let remotes = (0..<30).map { TimeWaitCensus.Remote.to(9, UInt16(100 + $0), live: 50 - $0) }
    let lines = Table.timeWait(width: 80, .of(ports, remotes), rows: rows).lines.dropFirst()
    var (waiting, used) = (0, 0)
    for line in lines {
      let words = line.split { " :".contains($0) }.map(String.init)
      if let with = words.firstIndex(of: "with") {
        let count = try #require(Int(words[with + 1]))
        if words.last == "used" { used += count } else { waiting += count }
      } else if line.hasPrefix(" "), let timeWait = Int(words[1]), let finWait2 = Int(words[2]) {
        waiting += timeWait + finWait2
      } else if line.hasPrefix("10.") {
        used += try #require(Int(words[5]))
      }
    }
    #expect(waiting == (0..<30).reduce(0) { $0 + 60 - $1 })
    #expect(used == (0..<30).reduce(0) { $0 + 50 - $1 })
  }

  @Test func theRestIsOneLine() {
    let ports = [10, 4, 3].enumerated().map { index, count in
      TimeWaitCensus.Port.at(
        UInt16(index + 1), timeWait: count, age: 0, owners: [(Self.process(index % 2), count - 1)],
        unknown: 1)
    }
    func last(_ rows: Int) -> String? {
      Table.timeWait(width: 80, .of(ports), rows: rows).lines.last
    }
    #expect(last(2) == "... and 1 more port with 3: worker0/100 67 %, ? 33 %")
    #expect(last(1) == "... and 2 more ports with 7: worker1/101 43 %, worker0/100 29 %, ? 29 %")
    let remotes = [5, 3, 2].map { TimeWaitCensus.Remote.to(9, 80, live: $0) }
    let one = Table.timeWait(width: 80, .of([], remotes), rows: 2).lines
    #expect(one.last == "... and 1 more remote with 2 used")
    #expect(
      Table.timeWait(width: 80, .of([], remotes), rows: 1).lines.last?.hasSuffix("5 used") == true)
  }

  /// A client has a port for each connection: their rows would say nothing.
  @Test func onesAreShownWhereAllFit() {
    let ports = (0..<21).map {
      TimeWaitCensus.Port.at(UInt16(40_000 + $0), timeWait: 1, age: 0, owners: [(Story.client, 1)])
    }
    #expect(Table.timeWait(width: 80, .of(Array(ports.dropLast()))).lines.count == 22)
    let remotes = (0..<21).map { TimeWaitCensus.Remote.to(9, UInt16(1 + $0), timeWait: 1) }
    #expect(
      Table.timeWait(width: 80, .of(ports, remotes)).lines.dropFirst()
        == ["21 ports with 21: curl/4321", "21 remotes with 21 used"])
    let mixed = [TimeWaitCensus.Port.at(80, timeWait: 2, age: 0, unknown: 2)] + ports
    #expect(
      Table.timeWait(width: 80, .of(mixed)).lines.contains(
        "... and 21 more ports with 21: curl/4321"))
  }

  /// The note explains a port of which nothing is known; a share that is not known is one.
  @Test func noteStandsOnlyWhereItIsNeeded() {
    func hasNote(_ ports: [TimeWaitCensus.Port], rows: Int = 20) -> Bool {
      Table.timeWait(width: 80, .of(ports), rows: rows).text.contains("--duration 60")
    }
    let known = TimeWaitCensus.Port.at(80, timeWait: 2, owners: [(Story.client, 2)])
    let partly = TimeWaitCensus.Port.at(81, timeWait: 2, owners: [(Story.client, 1)], unknown: 1)
    let unknown = TimeWaitCensus.Port.at(82, timeWait: 2, unknown: 2)
    #expect(!hasNote([known, partly]))
    #expect(hasNote([known, partly, unknown]))
    #expect(hasNote([known, unknown], rows: 1), "all the rest is not known")
    #expect(!hasNote([known, partly, unknown], rows: 1))
  }

  @Test func oldestIsUnknownOrNone() {
    let ports = [
      TimeWaitCensus.Port.at(80, timeWait: 2, unknown: 2),
      .at(81, timeWait: 0, finWait2: 1, owners: [(Story.client, 1)]),
    ]
    let lines = Table.timeWait(width: 80, .of(ports)).lines
    #expect(lines[2] == "   80         2         0      ? ?")
    #expect(lines[3] == "   81         0         1      - curl/4321")
  }

  /// More room shows what was cut or left out.
  @Test func widerShowsMore() {
    var remote = TimeWaitCensus.Remote.to(9, 80, timeWait: 3, finWait2: 4, live: 5)
    (remote.local, remote.remote) = (.longest, .longest)
    func row(_ width: Int) -> String? {
      Table.timeWait(width: width, .of([], [remote])).lines.last
    }
    #expect(
      row(80)
        == "2001:db8:1111.. [2001:db8:1111:..]:80         3     5     12 28232  <1 %       -")
    #expect(row(90)?.contains("        3         4     5     12 ") == true)
    #expect(row(116)?.contains(" [2001:db8:1111:2222:3333:4444:5555:6666]:80 ") == true)
    #expect(row(140)?.hasPrefix("2001:db8:1111:2222:3333:4444:5555:6666  [2001:") == true)
    #expect(row(140)?.utf8.count == 140)
  }

  @Test func fullIn() {
    func cell(_ live: [Int]) -> String? {
      var growth = Growth()
      var census = TimeWaitCensus.of()
      for (second, live) in live.enumerated() {
        let at = UInt64(second) * 10_000_000_000
        census = .of([], [.to(9, 80, live: live, range: 10_000)], at: at)
        growth.add(census)
      }
      let table = Table.timeWait(width: 80, census, growth: growth)
      return table.lines.last?.split(separator: " ").last.map(String.init)
    }
    #expect(cell([5000, 5100]) == "8m10s")
    #expect(cell([5000, 6000]) == "40s")
    #expect(cell([5000, 4000]) == "-")
    #expect(cell([5000]) == "-")
    #expect(cell([10_000]) == "now")
  }
}
