// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report
import Testing

/// What waits, as people read it: what is in it, and that it fits.
struct TimeWaitLineTests {
  @Test func fitsEightyColumns() {
    #expect(
      Table.timeWait(width: 80, .busy).text == """
        1242 TIME_WAIT, 12 FIN_WAIT2, kernel counts 1254, drift 0, limit 131072 (1 %)
         PORT TIME_WAIT FIN_WAIT2 OLDEST LEFT BY
          443      1234        12  58.1s nginx/1234 93 %, ? 7 %
         8080         7         0  900ms nginx/1234
           22         1         0  1m01s ?

        LOCAL           REMOTE                TIME_WAIT  LIVE   USED RANGE SHARE FULL IN
        10.0.0.1        10.0.0.9:5432             11000   500  11580 28232  41 %       -
        10.0.0.1        192.168.100.200:65535         2 28229  28231 28232 >99 %       -

        ? not known, as of all that was left before: --duration 60 tells who leaves more

        """)
  }

  @Test func nothingIsOneLine() {
    #expect(Table.timeWait(width: 80, .of()).text == "no TIME_WAIT\n")
    let none = TimeWaitCensus(at: 0, namespaces: [])
    #expect(Table.timeWait(width: 80, none).text == "no TIME_WAIT\n")
    let one = TimeWaitCensus.of([], [.to(9, 80, live: 1)])
    #expect(Table.timeWait(width: 80, one).text == "no TIME_WAIT\n", "a connection is no TIME_WAIT")
  }

  /// What the kernel counts is there, even where nothing else tells of it.
  @Test func whatIsNotFollowedIsNotNothing() {
    var census = TimeWaitCensus.of()
    census.namespaces[0].facts?.minis = 40
    #expect(
      Table.timeWait(width: 80, census).text
        == "0 TIME_WAIT, 0 FIN_WAIT2, kernel counts 40, drift -40, limit 131072 (<1 %)\n")
    census = .of([.at(80, timeWait: 2, unknown: 2)])
    census.namespaces[0].facts = nil
    let line = Table.timeWait(width: 80, census).lines.first
    #expect(line == "2 TIME_WAIT, 0 FIN_WAIT2, kernel counts ?")
  }

  @Test func namespacesHaveNamesWhereThereAreSeveral() {
    var census = TimeWaitCensus.of([.at(80, timeWait: 2, age: 0, owners: [(Story.client, 2)])])
    #expect(!Table.timeWait(width: 80, census).text.contains("netns"))
    census.namespaces.append(.of(inode: 9))
    #expect(!Table.timeWait(width: 80, census).text.contains("netns"), "there is nothing in it")
    census.namespaces[1] = .of([.at(81, timeWait: 1, age: 0)], inode: 9)
    #expect(
      Table.timeWait(width: 80, census).text == """
        netns 4026531840: 2 TIME_WAIT, 0 FIN_WAIT2, kernel counts 2, drift 0,
          limit 131072 (<1 %)
         PORT TIME_WAIT FIN_WAIT2 OLDEST LEFT BY
           80         2         0    0us curl/4321

        netns 9: 1 TIME_WAIT, 0 FIN_WAIT2, kernel counts 1, drift 0, limit 131072 (<1 %)
         PORT TIME_WAIT FIN_WAIT2 OLDEST LEFT BY
           81         1         0    0us ?

        """)
    census.namespaces.removeFirst()
    #expect(Table.timeWait(width: 80, census).text.hasPrefix("netns 9: "), "not the host's")
  }

  @Test func headingIsWholeOnSeveralLines() {
    var census = TimeWaitCensus.of([.at(80, timeWait: 262_144, finWait2: 262_144)], inode: .max)
    census.namespaces[0].facts?.minis = 624_288
    let heading = "netns 4294967295: 262144 TIME_WAIT, 262144 FIN_WAIT2, kernel counts 624288,"
    let lines = Table.timeWait(width: 80, census).lines
    #expect(lines.prefix(2) == [heading, "  drift -100000, limit 131072 (476 %)"])
    #expect(
      Table.timeWait(width: 120, census).lines.first
        == heading + " drift -100000, limit 131072 (476 %)")
  }

  /// All that can make a line long, at once.
  @Test(arguments: [80, 89, 90, 115, 116, 120, 139, 140, 200])
  func isNeverWiderThanTheTerminal(_ width: Int) {
    var census = TimeWaitCensus.of([], [], inode: .max)
    let owners = (0..<9).map { index in
      (Process(pid: 4_194_295 + index, comm: Comm("fifteen-letters")), 1000 - Int(index))
    }
    var remote = TimeWaitCensus.Remote(
      local: .longest, remote: .longest, remotePort: 65_535, range: 65_535)
    (remote.timeWait, remote.finWait2, remote.live) = (999_999, 999_999, 999_999)
    for count in 0...owners.count {
      var port = TimeWaitCensus.Port.at(
        65_535, timeWait: 999_999, finWait2: 999_999, age: 4_000_000_000_000,
        owners: Array(owners.prefix(count)), unknown: 990)
      census.namespaces[0].ports.append(port)
      port.unknown = 0
      census.namespaces[0].ports += [port, port]
      census.namespaces[0].remotes.append(remote)
    }
    for rows in [0, 1, 5, 20, 100] {
      let lines = Table.timeWait(width: width, census, rows: rows).lines
      #expect(lines.filter { $0.count > width } == [])
    }
  }

  /// `COLUMNS` is whatever somebody has set.
  @Test(arguments: [79, 0, -1, .min])
  func isAtLeastEightyWide(_ width: Int) {
    #expect(Table.timeWait(width: width, .busy).text == Table.timeWait(width: 80, .busy).text)
    #expect(Table.timeWait(width: 80, .busy, rows: -1).text.contains("3 ports with 1254: "))
  }

  @Test func mayBeAsWideAsTheyLike() {
    #expect(Table.timeWait(width: .max, .busy).text == Table.timeWait(width: 300, .busy).text)
  }

  @Test func adaptsToTheTerminal() {
    var lines = TimeWaitLines(width: 80, host: TimeWaitCensus.host)
    lines.resize(200)
    lines.census(.busy, growth: Growth())
    let bytes = lines.text.bytes
    #expect(String(decoding: bytes, as: UTF8.self) == Table.timeWait(width: 200, .busy).text)
  }
}
