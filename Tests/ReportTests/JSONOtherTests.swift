// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Report
import Testing

/// The other objects: transitions, losses, and the summary.
struct JSONOtherTests {
  @Test func transition() throws {
    let told = Told(Story.whole.records).transitions
    #expect(told.count == 5)
    for (connection, edge, at) in told {
      let object = try JSONObject.line { $0.transition(connection, edge, at: at) }
      #expect(
        object.keys == [
          "type", "id", "at_us", "from", "to", "netns", "local", "remote", "owner",
        ])
      #expect(object.string("type") == "transition")
      #expect(object.number("id") == connection.id)
      #expect(object.number("at_us") == at / 1000)
      #expect(object.string("from") == "\(edge.from.name)")
      #expect(object.string("to") == "\(edge.to.name)")
      #expect(object.number("netns") == 4_026_531_840)
      #expect(object.string("remote") == "192.0.2.7:443")
      #expect(object.object("owner")?["comm"] as? String == "curl")
    }
    #expect("\(told[0].edge.from.name)" == "CLOSED", "the word of RFC 9293")
  }

  @Test func ownerOfATransitionMayBeUnknown() throws {
    let first = try #require(Told(Story.barelySeen.records).transitions.first)
    let object = try JSONObject.line { $0.transition(first.connection, first.edge, at: first.at) }
    #expect(object.nulls == ["owner"])
  }

  @Test func lost() throws {
    let object = try JSONObject.line { $0.lost("ring", 12) }
    #expect(object.keys == ["type", "stage", "count"])
    #expect(object.string("type") == "lost")
    #expect(object.string("stage") == "ring")
    #expect(object.number("count") == 12)
  }

  @Test func summary() throws {
    let object = try JSONObject.line { $0.summary(Self.summary) }
    #expect(object.keys == ["type", "transitions", "connections", "lost_transitions", "lost"])
    #expect(object.string("type") == "summary")
    #expect(object.number("transitions") == 1234)
    #expect(object.number("connections") == 120)
    let lost = object.object("lost") as? [String: Int]
    #expect(lost == ["ring": 6, "guard": 4, "gap": 0, "table": 5, "owner": 0])
  }

  /// A recorder follows no connection, so it cannot know of holes in one.
  @Test func summaryOfWhatWasNotFollowed() throws {
    var summary = Self.summary
    summary.hasFollowed = false
    #expect(summary.sentence.contains("guard 4, gap ?, table 5"))
    let object = try JSONObject.line { $0.summary(summary) }
    #expect(object.object("lost")?["gap"] is NSNull)
  }

  @Test func summaryAsASentence() {
    var summary = Self.summary
    #expect(
      summary.sentence
        == "1234 transitions, 120 connections, lost 15 (ring 6, guard 4, gap 0, table 5, owner 0)")
    // Named only where it happened: it never should.
    summary.losses.malformed = 1
    #expect(
      summary.sentence.hasSuffix("lost 16 (ring 6, guard 4, gap 0, table 5, owner 0, malformed 1)"))
  }

  @Test func linesFollowOneAnother() throws {
    let end = try Story.whole.end()
    var lines = JSONLines(time: LocalTime(offsetToEpoch: 0))
    lines.connection(end)
    lines.lost("guard", 1)
    lines.summary(Self.summary)
    let bytes = lines.text.bytes
    let text = String(decoding: bytes, as: UTF8.self)
    let types = try text.split(separator: "\n").map { try JSONObject($0 + "\n").string("type") }
    #expect(types == ["connection", "lost", "summary"])
  }

  private static var summary: Summary {
    var losses = Losses()
    losses.ring.transitions = 1
    losses.ring.resetsReceived = 2
    losses.ring.resetsSent = 3
    losses.guarded.transitions = 4
    losses.table = 5
    return Summary(transitions: 1234, connections: 120, losses: losses)
  }
}
