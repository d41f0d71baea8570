// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Report

extension TourPage {
  /// A case: what it is, the picture, and beside it what was claimed and what was measured.
  func write(_ performance: Performance, into text: inout Text) {
    let played = performance.played
    text.append("<article class=\"case\" id=\"")
    text.append(escaped: performance.anchor)
    text.append("\">\n")
    text.element("h3", played.title)
    text.element("p", played.explanation)
    guard let evidence = performance.evidence else {
      write(performance.checks, into: &text)
      return text.append("</article>\n")
    }
    let picture = LadderPicture(evidence, played.numbers)
    let hasPicture = !picture.isEmpty || !evidence.meters.isEmpty
    let sides = !hasPicture ? "sides plain" : picture.isWide ? "sides wide" : "sides"
    text.append("<div class=\"\(sides)\"><div>")
    if !picture.isEmpty { picture.write(into: &text, title: played.title) }
    if evidence.segments == nil {
      text.element(
        "p", "the segments are not seen: a packet socket takes CAP_NET_RAW", class: "quiet")
    }
    if evidence.others > 0, !picture.isEmpty {
      text.element("p", "and \(evidence.others) more connections", class: "quiet")
    }
    write(evidence.meters, into: &text)
    if hasPicture { text.append("</div><div>") }
    write(performance.checks, into: &text)
    write(evidence.facts, into: &text)
    text.append("</div></div>\n")
    writeAll(evidence, into: &text)
    text.append("</article>\n")
  }

  private func write(_ checks: [Check], into text: inout Text) {
    if checks.isEmpty { return }
    text.append("<h4>Held against the kernel</h4><ul class=\"checks\">")
    for check in checks {
      text.append("<li class=\"\(check.answer.word)\">")
      text.sign(check.answer)
      text.element("span", check.claim)
      if let remark = check.answer.remark {
        text.element("span", remark, class: "by")
      } else if case .no = check.answer {
        text.element("span", "the kernel did otherwise", class: "by")
      }
      text.append("</li>")
    }
    text.append("</ul>")
  }

  private func write(_ facts: [Fact], into text: inout Text) {
    if facts.isEmpty { return }
    text.append("<h4>Measured</h4><table class=\"facts\">")
    for fact in facts {
      text.append("<tr>")
      text.element("td", fact.name)
      text.element("td", fact.value.text, class: "v")
      text.element("td", fact.source, class: "w")
      text.append("</tr>")
    }
    text.append("</table>")
  }

  private func write(_ meters: [Meter], into text: inout Text) {
    for group in meters.groups {
      text.element("h4", group.name)
      text.append("<div class=\"meter\">")
      for meter in group.meters {
        text.element("span", meter.label)
        let isFull = meter.part >= meter.whole
        text.append("<svg aria-hidden=\"true\"\(isFull ? " class=\"full\"" : "")>")
        text.append("<rect width=\"\(min(100, meter.percent))%\" height=\"12\"/></svg>")
        text.element("span", "\(meter.part) of \(meter.whole)", class: "v")
      }
      text.append("</div>")
      text.element("p", group.source, class: "quiet small")
    }
  }

  /// Each segment with its own numbers, and each end with all that `trace --json` tells.
  private func writeAll(_ evidence: Evidence, into text: inout Text) {
    let segments = evidence.segments ?? []
    if segments.isEmpty, evidence.ends.isEmpty { return }
    text.append("<details><summary>All that was seen and told</summary>\n")
    if !segments.isEmpty {
      text.append("<div class=\"scroll\"><table class=\"segments\"><thead><tr>")
      for title in ["time", "from", "ports", "flags", "seq", "ack", "length", "fate"] {
        text.element("th", title)
      }
      text.append("</tr></thead><tbody>\n")
      for segment in segments { write(segment, since: segments.map(\.at).min() ?? 0, into: &text) }
      text.append("</tbody></table></div>\n")
    }
    for end in evidence.ends {
      text.element("p", "What synfin tells of the \(end.side.name), \(end.ports):", class: "quiet")
      var object = Text()
      object.connection(end.end, time)
      text.element("pre", String(decoding: object.bytes, as: UTF8.self))
    }
    text.append("</details>\n")
  }

  private func write(_ segment: Segment, since start: UInt64, into text: inout Text) {
    let packet = segment.packet
    let acknowledges = packet.flags.contains(.ack)
    text.append("<tr>")
    for cell in [
      "+" + (segment.at - min(start, segment.at)).asDuration, "\(segment.from.name)",
      "\(packet.from) > \(packet.to)", packet.flags.text, "\(packet.sequence)",
      acknowledges ? "\(packet.acknowledgment)" : "", "\(packet.length)",
      "\(segment.fate.word)",
    ] {
      text.element("td", cell)
    }
    text.append("</tr>\n")
  }
}
