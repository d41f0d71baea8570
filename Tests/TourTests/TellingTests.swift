// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Report
import Testing

@testable import Tour

/// A question with one case, told in every way.
@Suite struct TellingTests {
  private let played = Case("a-case", "Title", "Explanation.") { _, _ in { _ in [] } }

  private func account(
    _ checks: [Check] = [Check("it is so", true)], _ change: (inout MadeUp) -> Void = { _ in }
  ) -> Account {
    var made = MadeUp()
    made.open()
    made.evidence.facts = [
      Fact(name: "a time", value: .duration(1_500_000), source: "a hook"),
      Fact(name: "a count", value: .count(3, "segments"), source: "a \"file\""),
      Fact(name: "something", value: .unknown("it is hidden"), source: "a file"),
    ]
    change(&made)
    var account = Account(Question(9, "Why?", answer: "Because.", cases: [played]))
    account.add(Performance(9, played, made.evidence, checks))
    return account
  }

  private func told(_ account: Account, _ telling: inout some Telling & ~Copyable) -> String {
    telling.begin(account.question)
    for performance in account.performances { telling.tell(performance) }
    telling.end(account)
    telling.end([account])
    var told = ""
    telling.withText { told = String(decoding: $0.bytes, as: UTF8.self) }
    return told
  }

  private func text(_ account: Account, hasColour: Bool = false) -> String {
    var telling = TextTelling(hasColour: hasColour)
    return told(account, &telling)
  }

  private func objects(_ account: Account) throws -> [[String: Any]] {
    var telling = JSONTelling(time: LocalTime(offsetToEpoch: 0, utcOffset: 0))
    return try told(account, &telling).split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func words() {
    let told = text(account())
    for words in [
      "9. Why?\n=======\n", "Title\n", "  Explanation.\n", "  - a time: 1.50ms (a hook)\n",
      "  - a count: 3 segments (a \"file\")\n", "  - something: unknown, it is hidden (a file)\n",
      "  [yes]     it is so\n", "In short\n\n  Because.\n",
      "All in all: 1 claim borne out by this kernel, 0 contradicted, 0 unknown\n",
    ] { #expect(told.contains(words), "\(told)") }
  }

  @Test func contradiction() {
    let told = text(account([Check("it is so", false, found: "it is not")]))
    #expect(told.contains("  [no]      it is so: CONTRADICTION: it is not\n"), "\(told)")
    // Once more at the end, where it can be seen.
    #expect(told.contains("\nCONTRADICTION: question 9, Title: it is so: it is not\n"), "\(told)")
  }

  @Test func colours() {
    #expect(!text(account()).contains("\u{1b}"))
    #expect(text(account(), hasColour: true).contains("\u{1b}[32m[yes]\u{1b}[0m"))
  }

  @Test func width() {
    let long = String(repeating: "word ", count: 60)
    let told = text(
      account([Check(long, true), Check(long, false, found: long), Check(long, nil, else: long)]) {
        $0.evidence.facts.append(Fact(name: long, value: .text(long), source: long))
        for side in Side.allCases {
          $0.end(side) {
            $0.close = .simultaneous
            $0.firstFIN = .both
            $0.endsIn = .timeWait
            $0.via = .finWait2Mini
            $0.reset = .received
          }
        }
      })
    let wide = told.split(separator: "\n").filter { $0.count > 80 }
    #expect(wide.isEmpty, "\(wide)")
  }

  /// What synfin says stands once: in the checks, or by itself.
  @Test func whatSynfinSays() {
    func end(_ made: inout MadeUp) {
      made.end(.client) {
        $0.close = .fourWay
        $0.endsIn = .closed
      }
    }
    let alone = text(account { end(&$0) })
    #expect(
      alone.contains("  synfin says\n    client  open active, close four_way, ends_in CLOSED\n"),
      "\(alone)")
    var check = Check("synfin says", true)
    check.isVerdict = true
    #expect(!text(account([check]) { end(&$0) }).contains("open active"))
  }

  @Test func json() throws {
    let account = account(
      [Check("a \"claim\"", true), Check("another", nil, else: "why")]
    ) {
      $0.mark(.client, "close()")
      $0.send(.rst, from: .client, 1, fate: .dropped, deliveredAfter: [])
      $0.end(.client) { $0.close = .fourWay }
    }
    let objects = try objects(account)
    #expect(objects.map { $0["type"] as? String } == ["case", "question", "summary"])
    let told = try #require(objects.first)
    #expect(told["question"] as? Int == 9 && told["case"] as? String == "a-case")
    #expect(told["place"] as? String == "wire" && told["not_played"] is NSNull)

    let segments = try #require(told["segments"] as? [[String: Any]])
    #expect(segments.map { $0["flags"] as? String } == ["SYN", "SYN+ACK", "ACK", "RST"])
    #expect(segments[1]["seq"] as? UInt32 == 7_000 && segments[1]["relative_seq"] as? Int == 0)
    #expect(segments[0]["ack"] is NSNull && segments[2]["relative_ack"] as? Int == 1)
    #expect(segments[3]["fate"] as? String == "lost")
    #expect((segments[3]["delivered_us"] as? [Int])?.isEmpty == true)
    #expect(
      segments[0]["at_us"] as? Int == 1_015 && segments[0]["delivered_us"] as? [Int] == [1_016])

    let states = try #require(told["transitions"] as? [[String: Any]])
    #expect(
      states.map { $0["state"] as? String }
        == ["SYN_SENT", "ESTABLISHED", "SYN_RECV", "ESTABLISHED"])
    let ends = try #require(told["ends"] as? [[String: Any]])
    let connection = try #require(ends.first?["connection"] as? [String: Any])
    #expect(ends.first?["side"] as? String == "client")
    #expect(connection["type"] as? String == "connection")
    #expect(connection["close"] as? String == "four_way")

    let facts = try #require(told["facts"] as? [[String: Any]])
    #expect(facts[0]["value"] as? Int == 1_500 && facts[0]["unit"] as? String == "us")
    #expect(facts[1]["value"] as? Int == 3 && facts[1]["source"] as? String == "a \"file\"")
    #expect(facts[2]["value"] is NSNull && facts[2]["unknown"] as? String == "it is hidden")
    let checks = try #require(told["checks"] as? [[String: Any]])
    #expect(checks.map { $0["answer"] as? String } == ["yes", "unknown"])
    #expect(
      checks[0]["claim"] as? String == "a \"claim\"" && checks[1]["remark"] as? String == "why")
    for object in objects.dropFirst() {
      #expect(object["held"] as? Int == 1 && object["unknown"] as? Int == 1)
    }
    #expect(objects[1]["answer"] as? String == "Because.")
  }

  @Test func notPlayed() throws {
    var account = Account(Question(9, "Why?", answer: "Because.", cases: [played]))
    account.add(Performance(9, played, notPlayed: "there is no wire"))
    #expect(account.tally.unknown == 1 && account.contradictions.isEmpty)
    #expect(text(account).contains("[unknown] it happens as explained: there is no wire\n"))
    let told = try #require(try objects(account).first)
    #expect(told["not_played"] as? String == "there is no wire" && told["segments"] == nil)
  }

  /// What was waited for in vain is a contradiction, and the evidence is shown all the same.
  @Test func unmet() {
    let performance = Performance(9, played, MadeUp().evidence, [], unmet: "never came: a FIN")
    #expect(performance.evidence != nil)
    #expect(
      performance.contradictions == [
        "question 9, Title: it happens as explained, to its end: never came: a FIN"
      ])
  }
}
