// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Tour

@Suite struct LadderPictureTests {
  /// Down is later, for whatever is drawn.
  @Test func timeGoesDown() {
    var made = MadeUp()
    made.open()
    made.send([.fin, .ack], from: .client, 1, ack: 1)
    made.send([.fin, .ack], from: .server, 1, ack: 1)
    made.mark(.server, "close()")
    let picture = LadderPicture(made.evidence, .relative)
    #expect(picture.arrows.count == 5 && picture.labels.count == 5)
    #expect(picture.arrows.map(\.from) == picture.arrows.map(\.from).sorted())
    #expect(picture.arrows.allSatisfy { arrow in arrow.to.allSatisfy { $0 > arrow.from } })
    #expect(picture.times.map(\.y) == picture.times.map(\.y).sorted())
    #expect(picture.times.map(\.at) == picture.times.map(\.at).sorted())
    for side in Side.allCases {
      let states = picture.labels.filter { $0.isState && $0.side == side }.map(\.y)
      #expect(zip(states, states.dropFirst()).allSatisfy { $1 - $0 >= 15 }, "one on the other")
    }
    let bottom = picture.labels.map(\.y) + picture.arrows.flatMap(\.to)
    #expect(bottom.allSatisfy { $0 < picture.height })
  }

  /// What is sent before the other's has come crosses it.
  @Test func crossing() throws {
    var made = MadeUp()
    made.send(.fin, from: .client, deliveredAfter: [500])
    made.send(.fin, from: .server, deliveredAfter: [500])
    let arrows = LadderPicture(made.evidence, .relative).arrows
    let (one, other) = (try #require(arrows.first), try #require(arrows.last))
    #expect(one.from < other.from)
    let (there, back) = (try #require(one.to.first), try #require(other.to.first))
    #expect(there > other.from && back > one.from)
  }

  @Test func lostAndDoubled() {
    var made = MadeUp()
    made.send(.syn, from: .client, fate: .dropped, deliveredAfter: [])
    made.send(.syn, from: .client, fate: .doubled, deliveredAfter: [1, 300])
    let arrows = LadderPicture(made.evidence, .relative).arrows
    #expect(arrows[0].to.isEmpty && arrows[0].lostAt > arrows[0].from)
    #expect(arrows[1].to.count == 2 && arrows[1].to[0] < arrows[1].to[1])
  }

  /// A second in which nothing happens takes no more room than its name.
  @Test func longWaits() {
    var made = MadeUp()
    made.send(.syn, from: .client)
    made.clock += 1_000_000
    made.send(.syn, from: .client)
    let picture = LadderPicture(made.evidence, .relative)
    #expect(picture.waits.count == 1 && picture.height < 200)
    #expect(picture.waits.allSatisfy { $0.nanoseconds > 990_000_000 })
  }

  @Test func nothing() {
    #expect(LadderPicture(MadeUp().evidence, .relative).isEmpty)
  }
}
