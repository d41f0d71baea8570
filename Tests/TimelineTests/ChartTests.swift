// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing
import Timeline

/// Tracks and groups: nothing is in none of them, or in two.
struct ChartTests {
  private func many(_ count: Int, process: Process, port: UInt16, from: Int) -> [Talk] {
    (0..<count).map { index in
      var talk = Talk(from + index, process: process, port: port)
      talk.open(100 + Double(index), established: 110 + Double(index))
      talk.resetByPeer(500 + Double(index))
      return talk
    }
  }

  private func ids(_ tracks: [Track]) -> [UInt64] {
    tracks.flatMap { $0.groups.flatMap { $0.bars.map(\.connection.id) } }.sorted()
  }

  @Test func tracksAreProcesses() {
    let wget = Process(pid: 7, comm: Comm("wget"))
    var server = Talk(server: 1)
    server.open(300, established: 310)
    let chart = Session(
      many(3, process: Talk.curl, port: 443, from: 1)
        + many(2, process: Talk.curl, port: 5432, from: 100)
        + many(4, process: wget, port: 443, from: 200) + [server]
    ).chart()
    #expect(
      chart.tracks.map(\.owner) == [.process(wget), .process(Talk.curl), .process(Talk.nginx)]
        || chart.tracks.map(\.owner) == [.process(Talk.curl), .process(wget), .process(Talk.nginx)])
    #expect(ids(chart.tracks) == Array(1...10))
    let curl = chart.tracks.first { $0.owner == .process(Talk.curl) }
    #expect(curl?.groups.map(\.bars.count).sorted() == [2, 3])
    #expect(curl?.groups.allSatisfy { $0.key.role == .client } == true)
    let nginx = chart.tracks.last
    #expect(nginx?.groups.map(\.key.service) == [.local(port: 8080)])
    #expect(nginx?.groups.first?.key.role == .server)
  }

  @Test func unknownOwnerHasATrackOfItsOwn() {
    var talk = Talk(1, process: .none)
    talk.found()
    #expect(Session([talk]).chart().tracks.map(\.owner) == [.unknown])
  }

  /// Of what was there before, nobody knows who serves: more of them share one end than the other.
  @Test func existingAreGroupedByWhatTheyShare() {
    var talks: [Talk] = []
    for number in 1...5 {
      var talk = Talk(server: number)
      talk.found()
      talks.append(talk)
    }
    let groups = Session(talks).chart().tracks.flatMap(\.groups)
    #expect(groups.map(\.bars.count) == [5])
    #expect(groups.first?.key.service == .local(port: 8080))
    #expect(groups.first?.key.role == .unknown)
  }

  @Test(arguments: Chart.Order.allCases)
  func everyOrderHasAll(_ order: Chart.Order) {
    let wget = Process(pid: 7, comm: Comm("wget"))
    let session = Session(
      many(9, process: wget, port: 443, from: 1) + many(2, process: Talk.curl, port: 80, from: 50)
        + many(4, process: Talk.curl, port: 443, from: 90) + [.whole(200, at: 10)])
    let chart = session.chart(order: order)
    #expect(ids(chart.tracks) == Array(1...16))
    #expect(chart.count == 16)
    let again = session.chart(order: order)
    #expect(chart.tracks.map(\.owner) == again.tracks.map(\.owner), "it is not by chance")
  }

  @Test func orders() {
    let (short, long) = (Process(pid: 9, comm: Comm("b")), Process(pid: 8, comm: Comm("a")))
    var slow = Talk(1, process: long, port: 1)
    slow.open(200, established: 210)
    slow.resetByUs(900)
    let session = Session([slow, .refused(2, at: 100, process: short), .refused(3, process: short)])
    func first(_ order: Chart.Order) -> Track.Owner? {
      session.chart(order: order).tracks.first?.owner
    }
    #expect(first(.start) == .process(short))
    #expect(first(.duration) == .process(long))
    #expect(first(.count) == .process(short))
    #expect(first(.process) == .process(long))
  }

  /// Where there are too many processes, those of one name go together, and the last share a track.
  @Test(arguments: [1, 2, 3, 5, 8, 40, 100])
  func mergedTracksLoseNothing(_ limit: Int) {
    var talks: [Talk] = []
    for number in 0..<30 {
      let name = number < 20 ? "curl" : "once-\(number)"
      let process = Process(pid: UInt32(100 + number), comm: Comm(name))
      talks += [.whole(number * 2, process: process), .refused(number * 2 + 1, process: process)]
    }
    let chart = Session(talks).chart(order: .count)
    let tracks = chart.tracks(atMost: limit)
    #expect(tracks.count <= max(limit, 1))
    #expect(ids(tracks) == Array(1...60))
    #expect(tracks.reduce(0) { $0 + $1.owner.processes } == 30)
    if limit == 40 { #expect(tracks.count == 30) }
    if limit == 5 {
      #expect(tracks.first?.owner == .sameName(Comm("curl"), processes: 20))
      #expect(tracks.last?.owner == .others(processes: 7))
    }
  }

  @Test func windowCountsWhatIsOutside() {
    let session = Session([.refused(1, at: 100), .refused(2, at: 500), .whole(3, at: 700)])
    let chart = session.chart(from: 400, to: 600)
    #expect(chart.count == 1 && chart.outside == 2)
    // At the very edge it still is there.
    #expect(session.chart(from: 105, to: 200).count == 1)
    #expect(session.chart(from: 106, to: 200).count == 0)
  }

  @Test func lastOnesAreKept() {
    var session = Session((1...10).map { .refused($0, at: Double($0) * 10) })
    session.limit = 4
    session.stop = 2000
    let chart = session.chart()
    #expect(chart.count == 4 && chart.dropped == 6)
    #expect(ids(chart.tracks) == [7, 8, 9, 10])
    #expect(chart.droppedUntil > Talk.start)
  }

  /// A TIME_WAIT finds its connection wherever that is kept.
  @Test func keptOnesKeepTheirTimeWaits() {
    var session = Session((1...10).map { .whole($0, at: Double($0) * 50) }, stop: 80_000)
    session.limit = 3
    let bars = session.bars()
    #expect(bars.map(\.connection.id) == [8, 9, 10])
    #expect(bars.allSatisfy { $0.timeWait?.cause == .timer && $0.last == .over })
  }

  @Test func filters() {
    var session = Session([.whole(1), .whole(2, process: Talk.nginx)])
    session.filter.comm = Comm("nginx")
    #expect(session.chart().tracks.map(\.owner) == [.process(Talk.nginx)])
  }
}
