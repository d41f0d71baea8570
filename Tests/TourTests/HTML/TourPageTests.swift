// SPDX-License-Identifier: Apache-2.0
import Foundation
import FoundationXML
import Lifecycle
import Report
import Testing

@testable import Tour

/// The page as a file: read by a parser that forgives nothing.
@Suite struct TourPageTests {
  private static let hostile = "</title><script>alert('\"&amp;\")</script><!-- \u{1b}[31m \u{1}"

  private func account(
    _ number: Int = 9, _ checks: [Check] = [Check("it is so", true)],
    name: String = "a-case", words: String = "Because.", _ change: (inout MadeUp) -> Void = { _ in }
  ) -> Account {
    let played = Case(name, "Title of \(words)", words) { _, _ in { _ in [] } }
    var made = MadeUp()
    made.open()
    change(&made)
    var account = Account(Question(number, "Why \(words)?", answer: words, cases: [played]))
    account.add(Performance(number, played, made.evidence, checks))
    return account
  }

  private func page(_ accounts: [Account], host: String? = "host") -> String {
    let about = TourPage.About(
      host: host, kernel: "6.1.0", version: "1.2.3", startedAt: 1_000, endedAt: 2_500_001_000)
    var text = Text()
    let time = LocalTime(offsetToEpoch: 1_795_423_456_000_000_000, utcOffset: 3_600)
    TourPage(accounts, about: about, time: time).write(into: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test func isWellFormedWhateverIsInIt() throws {
    let hostile = Self.hostile
    let checks = [
      Check(hostile, true), Check(hostile, false, found: hostile),
      Check(hostile, nil, else: hostile),
    ]
    let account = account(9, checks, words: hostile) {
      $0.mark(nil, hostile)
      $0.mark(.client, hostile)
      $0.enter(.server, .established, .closed, as: hostile)
      $0.send(.fin, from: .client, fate: .dropped, deliveredAfter: [])
      $0.send(.syn, from: .server, isForged: true)
      $0.evidence.facts = [Fact(name: hostile, value: .text(hostile), source: hostile)]
      $0.evidence.meters = [
        Meter(name: hostile, label: hostile, part: 1, whole: 100, source: hostile)
      ]
      $0.end(.client) { $0.close = .fourWay }
    }
    let html = page([account], host: hostile)
    let parsed = try Parsed(html)
    #expect(parsed.elements["script"] == nil && parsed.elements["title"] == 1)
    // As it was, but for what is no text.
    let shown = hostile.replacing("\u{1b}", with: "\u{fffd}").replacing("\u{1}", with: "\u{fffd}")
    #expect(parsed.text.ranges(of: shown).count >= 15, "\(parsed.text)")
  }

  @Test func loadsNothingAndRunsNothing() throws {
    let html = page([account()])
    for way in ["http://", "https://", "src=", "@import", "url(", "<script", "style=\"", " on"] {
      let markup = way == " on" ? html.matches(of: /<[^>]* on[a-z]+=/).count : 0
      #expect(way == " on" ? markup == 0 : !html.contains(way), "\(way)")
    }
    #expect(html.contains("default-src 'none'; style-src 'nonce-"))
    #expect(html == page([account()]), "the same for the same tour")
  }

  @Test func hasAllOfTheEvidence() throws {
    let account = account(9, [Check("a claim", true), Check("another", nil, else: "hidden here")]) {
      $0.mark(.client, "close()")
      $0.send([.fin, .ack], from: .client, 1, ack: 1, bytes: 5)
      $0.enter(.client, .established, .finWait1)
      $0.evidence.facts = [Fact(name: "a time", value: .duration(1_500_000), source: "a hook")]
      $0.evidence.meters = [
        Meter(name: "ports", label: "after 25", part: 25, whole: 100, source: "sock_diag")
      ]
      $0.end(.client) { $0.close = .threeWay }
    }
    let text = try Parsed(page([account])).text
    for words in [
      "host", "6.1.0", "1.2.3", "2.50s", "2026-11-23 ", "+0100", "9", "Why Because.?", "Because.",
      "a claim", "another", "hidden here", "close()", "a time", "1.50ms", "a hook", "ports",
      "after 25", "25 of 100", "sock_diag", "SYN_SENT", "ESTABLISHED", "SYN_RECV", "FIN_WAIT1",
      "SYN+ACK seq 0 ack 1", "FIN+ACK 5 bytes seq 1 ack 1", "4294967295", "7000", "40000 > 80",
      "\"close\":\"three_way\"", "\"type\":\"connection\"", "delivered",
    ] { #expect(text.contains(words), "\(words) in \(text)") }
  }

  /// Contradictions come before everything else, and lead to where they are.
  @Test func contradictionsAreSeenAtOnce() throws {
    let good = account(1, name: "good")
    let bad = account(2, [Check("it holds", false, found: "it does not")], name: "bad")
    let html = page([good, bad])
    let first = try #require(html.firstRange(of: "<a href=\"#q2-bad\">"))
    let questions = try #require(html.firstRange(of: "<main>"))
    #expect(first.lowerBound < questions.lowerBound)
    #expect(html.contains("1 contradicted") && html.contains("class=\"sum no\""))
    #expect(page([good]).contains("class=\"sum yes\""))
    let unknown = account(3, [Check("so", nil, else: "why")], name: "dim")
    #expect(page([good, unknown]).contains("class=\"sum unknown\""))
  }

  @Test func everyLinkLeadsSomewhere() throws {
    let parsed = try Parsed(page([account(1, name: "one"), account(2, [], name: "two")]))
    #expect(Set(parsed.ids).count == parsed.ids.count, "\(parsed.ids)")
    #expect(!parsed.links.isEmpty && parsed.links.allSatisfy { parsed.ids.contains($0) })
  }

  @Test func whatWasNotPlayedSaysWhy() throws {
    let played = Case("a-case", "Title", "Explanation.") { _, _ in { _ in [] } }
    var account = Account(Question(9, "Why?", answer: "Because.", cases: [played]))
    account.add(Performance(9, played, notPlayed: "there is no wire"))
    let parsed = try Parsed(page([account]))
    #expect(parsed.text.contains("there is no wire") && parsed.elements["figure"] == nil)
  }
}

/// What an XML parser makes of a page.
private final class Parsed: NSObject, XMLParserDelegate {
  private(set) var elements: [String: Int] = [:]
  private(set) var text = ""
  private(set) var ids: [String] = []
  private(set) var links: [String] = []

  init(_ html: String) throws {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    let isParsed = parser.parse()
    try #require(
      isParsed, "\(parser.parserError.map { "\($0)" } ?? "") at line \(parser.lineNumber)")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    elements[name, default: 0] += 1
    if let id = attributes["id"] { ids.append(id) }
    if let link = attributes["href"] { links.append(String(link.dropFirst())) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
