// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
package import Report

/// The tour as one HTML file that needs nothing but a browser, and no script: what came of each case, with all
/// of its evidence.
///
/// Names and errors come from the host: none becomes markup, and the page's policy lets nothing run or load.
package struct TourPage {
  private let accounts: [Account]
  private let about: About
  let time: LocalTime

  /// What the tour was made on.
  package struct About: Sendable {
    /// The host's name and its kernel's release; `nil` where they are not known.
    package var host: String?
    package var kernel: String?
    package var version: String
    /// Nanoseconds of `CLOCK_MONOTONIC`.
    package var startedAt: UInt64
    package var endedAt: UInt64

    package init(
      host: String?, kernel: String?, version: String, startedAt: UInt64, endedAt: UInt64
    ) {
      (self.host, self.kernel, self.version) = (host, kernel, version)
      (self.startedAt, self.endedAt) = (startedAt, endedAt)
    }
  }

  package init(_ accounts: [Account], about: About, time: LocalTime) {
    (self.accounts, self.about, self.time) = (accounts, about, time)
  }

  package func write(into text: inout Text) {
    var body = Text()
    writeTop(into: &body)
    writeContents(into: &body)
    body.append("<main>\n")
    for account in accounts { write(account, into: &body) }
    body.append("</main>\n")
    body.append("<footer><p>Made by synfin \(about.version), <code>synfin tour --html</code>. ")
    body.append("This page loads nothing and runs nothing.</p></footer>\n")
    let content = body.bytes
    let nonce = Nonce.of(content)
    text.append(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-\(nonce)'; \
      base-uri 'none'; form-action 'none'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta name="referrer" content="no-referrer"/>
      <title>Six questions about TCP, answered by a kernel</title>
      <style nonce="\(nonce)">

      """)
    text.append(PageSource.style)
    text.append("</style>\n</head>\n<body>\n")
    text.append(bytes: content)
    text.append("</body>\n</html>\n")
  }
}

extension TourPage {
  private func writeTop(into text: inout Text) {
    let tally = Tally(accounts)
    text.append(
      """
      <header class="top"><div class="wrap">
      <p class="brand"><svg viewBox="0 0 28 16" aria-hidden="true"><path d="M1 13h3l4-10h11l4 10h4"/></svg>\
      synfin <span>tour</span></p>
      <h1>Six questions about TCP, answered by this kernel</h1>
      <p class="lead">Each case was made to happen on this host, in network namespaces of its own, and traced \
      like any other connection. What the explanation claims is held against what the kernel did.</p>
      <dl class="about">
      """)
    let facts: [(String, String?)] = [
      ("host", about.host), ("kernel", about.kernel), ("on", time.date(about.startedAt)),
      ("took", (about.endedAt - about.startedAt).asDuration), ("synfin", about.version),
    ]
    for (name, value) in facts {
      guard let value else { continue }
      text.append("<div>")
      text.element("dt", name)
      text.element("dd", value)
      text.append("</div>")
    }
    text.append("</dl>\n<div class=\"sum \(tally.answer)\">")
    text.element("p", tally.sentence + ".")
    write(whatDidNotHold: "no", into: &text)
    write(whatDidNotHold: "unknown", into: &text)
    text.append("</div>\n</div></header>\n")
  }

  /// Contradictions, or what could not be known, to be seen at once and gone to.
  private func write(whatDidNotHold word: String, into text: inout Text) {
    let found = accounts.flatMap(\.performances).flatMap { performance in
      performance.checks.filter { "\($0.answer.word)" == word }.map { (performance, $0) }
    }
    if found.isEmpty { return }
    text.append("<ul>")
    for (performance, check) in found {
      text.append("<li class=\"\(word)\">")
      text.sign(check.answer)
      text.append("<span>\(performance.question). <a href=\"#")
      text.append(escaped: performance.anchor)
      text.append("\">")
      text.append(escaped: performance.played.title)
      text.append("</a>: ")
      text.append(escaped: check.sentence)
      text.append("</span></li>")
    }
    text.append("</ul>")
  }

  private func writeContents(into text: inout Text) {
    text.append("<nav class=\"wrap\" aria-label=\"Questions\"><ol class=\"contents\">\n")
    for account in accounts {
      text.append("<li><a href=\"#q\(account.question.number)\">")
      text.append("<span class=\"n\">\(account.question.number)</span>")
      text.element("span", account.question.title, class: "q")
      text.append("<span class=\"c\">")
      for (answer, count) in account.tally.counts where count > 0 {
        text.append("<span class=\"\(answer.word)\">")
        text.sign(answer)
        text.append("\(count)</span>")
      }
      text.append("</span></a></li>\n")
    }
    text.append("</ol></nav>\n")
  }

  private func write(_ account: Account, into text: inout Text) {
    let question = account.question
    text.append("<section class=\"question\" id=\"q\(question.number)\"><div class=\"wrap\">\n")
    text.append("<header><span class=\"n\">\(question.number)</span>")
    text.element("h2", question.title)
    text.element("p", question.answer, class: "answer")
    text.append("</header>\n")
    for performance in account.performances { write(performance, into: &text) }
    text.append("</div></section>\n")
  }
}

extension Performance {
  /// Where in the page it is.
  var anchor: String { "q\(question)-\(played.name)" }
}

extension Tally {
  /// How all of it is to be taken.
  fileprivate var answer: StaticString {
    contradicted > 0 ? "no" : unknown > 0 ? "unknown" : "yes"
  }

  fileprivate var counts: [(Check.Answer, Int)] {
    [(.yes, held), (.no(nil), contradicted), (.unknown(""), unknown)]
  }
}

extension Check {
  /// The claim, with what was found instead.
  fileprivate var sentence: String { claim + (answer.remark.map { ": \($0)" } ?? "") }
}

extension UInt64 {
  /// `84us`
  var asDuration: String {
    var text = Text()
    text.append(duration: self)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

extension Text {
  /// A sign for the eye, and the word for who listens.
  mutating func sign(_ answer: Check.Answer) {
    let (word, sign): (StaticString, StaticString) =
      switch answer {
      case .yes: ("yes", "✓")
      case .no: ("contradicted", "✗")
      case .unknown: ("unknown", "?")
      }
    append("<span class=\"sign\" role=\"img\" aria-label=\"")
    append(word)
    append("\">")
    append(sign)
    append("</span>")
  }
}
