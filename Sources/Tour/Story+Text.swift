// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
package import Report

extension Scene {
  /// The scene as a page of text, 80 columns wide: the title, what to expect, what the kernel showed
  /// at each end, and what is made of it.
  package func tell(_ story: Story, number: Int, into text: inout Text) {
    text.append("\(number). \(title)\n\n")
    text.append(explanation.wrapped(to: 76, indent: "   "))
    text.append("\n   kernel shows\n")
    let start = story.steps.first?.at ?? 0
    for step in story.steps {
      // Time to the left, the client's column, and the server's.
      text.append("   ")
      text.append("+\((step.at - start) / 1000) us".leftPadded(to: 12))
      text.append(step.isClient ? "  client  " : String(repeating: " ", count: 30) + "server  ")
      text.append(step.edge.from.name)
      text.append(" > ")
      text.append(step.edge.to.name)
      text.append("\n")
    }
    text.append("   synfin says\n")
    tell("client", story.client, client, into: &text)
    if let server { tell("server", story.server, server, into: &text) }
  }

  private func tell(
    _ role: String, _ end: ConnectionEnd?, _ expectation: Expectation, into text: inout Text
  ) {
    text.append("       \(role)  ")
    guard let end else { return text.append("nothing: its records did not arrive\n") }
    text.append(end.sentence)
    text.append("\n")
    for difference in expectation.differences(from: end.verdict) {
      text.append("               CONTRADICTION: \(difference)\n")
    }
  }

  /// What contradicts the expected story; empty where nothing does.
  package func contradictions(in story: Story) -> [String] {
    var found: [String] = []
    for (role, end, expectation) in [
      ("client", story.client, client), ("server", story.server, server),
    ] {
      guard let expectation else { continue }
      if let end {
        found += expectation.differences(from: end.verdict).map { "\(role): \($0)" }
      } else {
        found.append("\(role): no record of it arrived")
      }
    }
    return found
  }
}

extension ConnectionEnd {
  /// `open in 84us (round trip 27us), closed three_way, local first, leaves TIME_WAIT`
  fileprivate var sentence: String {
    var parts: [String] = []
    if verdict.openResult == .established {
      if let connectTime {
        parts.append("open in \(connectTime / 1000) us")
      } else {
        parts.append("open")
      }
      parts.append(connection.rtt > 0 ? "round trip \(connection.rtt) us" : "round trip unknown")
    } else {
      parts.append("\(verdict.openResult?.name.description ?? "opening")")
    }
    if let error = ending.flatMap({ Errno.name($0.error) }) { parts.append("\(error)") }
    if let close = verdict.close { parts.append("\(close.name)") }
    if let first = verdict.firstFIN { parts.append("\(first.name) FIN first") }
    if let reset = verdict.reset { parts.append("RST \(reset.name)") }
    if let why = verdict.why { parts.append("\(why.name)") }
    if verdict.endsIn == .timeWait { parts.append("TIME_WAIT") }
    if connection.owner.isKnown {
      parts.append("\(connection.owner.comm.text)/\(connection.owner.pid)")
    }
    return parts.joined(separator: ", ").wrapped(to: 63, indent: "               ").trimmed
  }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: Swift.max(0, width - count)) + self
  }

  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == "\n" }.reversed())
  }

  /// Lines of at most `width` columns, each behind `indent`, each ended.
  fileprivate func wrapped(to width: Int, indent: String) -> String {
    var lines = ""
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines += indent + line + "\n"
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + indent + line + "\n"
  }
}
