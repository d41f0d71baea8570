// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Report
import Testing
import Timeline

/// Trace events, as the format's own description has them: each that begins ends, nested and in order,
/// in the process that it belongs to.
struct TraceEventsTests {
  struct Event {
    let kind: String
    let name: String
    let pid: Int
    let id: String?
    let at: Double
    let arguments: [String: Any]
  }

  private func events(_ chart: Chart) throws -> [Event] {
    let parsed = try JSONSerialization.jsonObject(with: Data(trace(chart)))
    let whole = try #require(parsed as? [String: Any])
    let events = try #require(whole["traceEvents"] as? [[String: Any]])
    return try events.map { event in
      Event(
        kind: try #require(event["ph"] as? String), name: try #require(event["name"] as? String),
        pid: try #require(event["pid"] as? Int), id: (event["id2"] as? [String: String])?["local"],
        at: event["ts"] as? Double ?? 0, arguments: event["args"] as? [String: Any] ?? [:])
    }
  }

  @Test func eventsNest() throws {
    let chart = Session(Session.crowd, stop: 70_000).chart()
    let all = try events(chart).filter { $0.kind != "M" }
    #expect(all.allSatisfy { ["b", "e", "n"].contains($0.kind) })
    let connections = Dictionary(grouping: all) { $0.id }
    #expect(connections.count == chart.count)
    for (_, events) in connections {
      #expect(Set(events.map(\.pid)).count == 1)
      #expect(events.map(\.at) == events.map(\.at).sorted())
      var open: [String] = []
      for event in events {
        switch event.kind {
        case "b": open.append(event.name)
        case "e": #expect(open.popLast() == event.name)
        default: #expect(open.count == 1, "the end is the connection's, not a state's")
        }
        #expect(open.count <= 2)
      }
      #expect(open.isEmpty)
    }
  }

  @Test func processesHaveTheirNames() throws {
    let all = try events(Session(Session.crowd).chart())
    let names = all.filter { $0.kind == "M" && $0.name == "process_name" }
    #expect(
      names.map { "\($0.pid) \($0.arguments["name"] ?? "")" } == ["4321 curl", "80 nginx"])
    let labels = all.filter { $0.name == "process_labels" }
    #expect(
      labels.compactMap { $0.arguments["labels"] as? String } == [
        "43 connections", "4 connections",
      ])
  }

  /// No pid is 0, and two processes never share one, whatever their names were.
  @Test func processesAreKeptApart() throws {
    let renamed = Process(pid: Talk.curl.pid, comm: Comm("bash"))
    var unknown = Talk(9, process: .none)
    unknown.found()
    let chart = Session([.whole(1), .whole(2, process: renamed), unknown]).chart()
    let pids = try events(chart).filter { $0.name == "process_name" }.map(\.pid)
    #expect(Set(pids).count == 3)
    #expect(pids.contains(4321) && !pids.contains(0))
    #expect(pids.count { $0 > 4 << 20 } == 2)
  }

  /// The whole story is there, in the words of `trace --json`.
  @Test func storyIsTold() throws {
    let session = Session([.reset(1)])
    let bar = try #require(session.bars().first)
    let all = try events(session.chart())
    let outer = try #require(all.first { $0.kind == "b" })
    #expect(outer.name == "> 10.0.0.9:443")
    #expect(outer.at == 1_000_100_000)
    #expect(outer.arguments["end"] as? String == "reset by peer")
    #expect(outer.arguments["began"] as? String == "seen")
    #expect(outer.arguments["was_over"] as? String == "then")
    let told = try #require(outer.arguments["connection"] as? [String: Any])
    var lines = JSONLines(time: session.run.time)
    lines.connection(bar.end)
    let expected = try JSONSerialization.jsonObject(with: Data(lines.text.bytes))
    #expect(told as NSDictionary == expected as? NSDictionary)
    #expect(all.filter { $0.kind == "b" }.map(\.name).dropFirst() == ["SYN_SENT", "ESTABLISHED"])
    #expect(all.filter { $0.kind == "n" }.map(\.name) == ["reset by peer"])
  }

  @Test func unknownIsSaid() throws {
    var talk = Talk(1)
    talk.open(100, established: 110)
    talk.shut(.closeWait, .lastAck, 300)
    let all = try events(Session([talk]).chart())
    #expect(
      all.filter { $0.kind == "b" }.map(\.name).dropFirst() == ["SYN_SENT", "unknown", "LAST_ACK"])
    #expect(all.first { $0.kind == "b" }?.arguments["was_over"] as? String == "not at the stop")
  }

  /// A name is whatever a process called itself.
  @Test func hostileNames() throws {
    let process = Process(pid: 5, comm: Comm("\"}]</script>\u{1}"))
    let all = try events(Session([.whole(1, process: process)]).chart())
    #expect(all.first?.arguments["name"] as? String == "\"}]</script>\u{1}")
  }

  @Test func nothing() throws {
    #expect(try events(Session().chart()).isEmpty)
  }

  /// It is written in portions, which together are the whole.
  @Test func portions() throws {
    let chart = Session((0..<3000).map { .refused($0, at: Double($0) / 10) }).chart()
    var portions: [Int] = []
    var text = Text()
    var events = TraceEvents(chart)
    events.write(into: &text) { text in
      portions.append(text.count)
      text.clear()
    }
    #expect(portions.count > 2 && portions.allSatisfy { $0 < 2 << 20 })
    #expect(portions.reduce(0, +) == trace(chart).count)
  }
}

/// A chart as trace events.
func trace(_ chart: Chart) -> [UInt8] {
  var whole: [UInt8] = []
  var text = Text()
  var events = TraceEvents(chart)
  events.write(into: &text) { text in
    whole += text.bytes
    text.clear()
  }
  return whole
}
