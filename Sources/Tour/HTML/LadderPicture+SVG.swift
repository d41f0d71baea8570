// SPDX-License-Identifier: Apache-2.0
internal import Report

extension LadderPicture {
  /// Where the ends are, in hundredths of the width.
  private static func x(_ side: Side) -> Int { side == .client ? 23 : 77 }

  func write(into text: inout Text, title: String) {
    text.append("<figure class=\"ladder\(isWide ? " wide" : "")\"><div>")
    text.append("<svg class=\"times\" height=\"\(height)\" aria-hidden=\"true\">")
    for (y, at) in times {
      text.append("<text x=\"100%\" y=\"\(y + 4)\">")
      text.append(escaped: time(at))
      text.append("</text>")
    }
    text.append("</svg>\n<svg class=\"lane\" height=\"\(height)\" role=\"img\" aria-label=\"")
    text.append(escaped: title)
    text.append("\">\n")
    for side in Side.allCases {
      writeLife(side, into: &text)
      text.append("<text class=\"who\" x=\"\(Self.x(side))%\" y=\"16\">\(side.name)</text>\n")
    }
    for wait in waits { write(wait, into: &text) }
    for arrow in arrows { write(arrow, into: &text) }
    for label in labels { write(label, into: &text) }
    text.append("</svg></div></figure>\n")
  }

  /// The states of an end, one below the other.
  private func writeLife(_ side: Side, into text: inout Text) {
    let states = labels.filter { $0.isState && $0.side == side }
    var (top, kind) = (24, "none")
    for state in states {
      writeLife(side, kind, top, state.y, into: &text)
      (top, kind) = (state.y, Self.kind(state.text, after: kind))
    }
    writeLife(side, kind, top, height - 4, into: &text)
  }

  private func writeLife(
    _ side: Side, _ kind: String, _ top: Int, _ bottom: Int, into text: inout Text
  ) {
    let x = Self.x(side)
    text.append(
      "<line class=\"life \(kind)\" x1=\"\(x)%\" y1=\"\(top)\" x2=\"\(x)%\" y2=\"\(bottom)\"/>")
  }

  /// The colours of the timeline.
  private static func kind(_ state: String, after before: String) -> String {
    switch state {
    case "SYN_SENT", "SYN_RECV": "opening"
    case "ESTABLISHED": "established"
    case "FIN_WAIT1", "FIN_WAIT2", "CLOSING": "by-us"
    // What FIN_WAIT2 goes on as.
    case "(no socket)": before == "by-us" ? "by-us" : "none"
    case "CLOSE_WAIT", "LAST_ACK": "by-peer"
    case "TIME_WAIT": "time-wait"
    default: "none"
    }
  }

  private func write(_ wait: Wait, into text: inout Text) {
    for side in Side.allCases {
      let x = Self.x(side)
      text.append(
        "<line class=\"gap\" x1=\"\(x)%\" y1=\"\(wait.y - 12)\" x2=\"\(x)%\" y2=\"\(wait.y + 8)\"/>"
      )
    }
    text.append("<text class=\"wait\" x=\"50%\" y=\"\(wait.y + 2)\">")
    text.append(escaped: wait.nanoseconds.asDuration)
    text.append("</text>\n")
  }

  private func write(_ arrow: Arrow, into text: inout Text) {
    let side = arrow.segment.from
    let kind: StaticString =
      switch arrow.segment.fate {
      case .delivered, .delayed: "sent"
      case .lost: "lost"
      case .held: "held"
      case .forged: "forged"
      }
    let (one, other) = (Self.x(side), Self.x(side.other))
    let forward = side == .client
    // Nobody sent it: it begins on the way.
    let isForged = arrow.segment.isForged
    let begin = isForged ? one + (other - one) / 8 : one
    text.append("<g class=\"\(kind)\">")
    for (index, y) in arrow.to.enumerated() {
      let again = index > 0 ? " again" : ""
      text.append(
        "<line class=\"arrow\(again)\" x1=\"\(begin)%\" y1=\"\(arrow.from)\" x2=\"\(other)%\" y2=\"\(y)\"/>"
      )
      write(headAt: other, y, forward, into: &text)
    }
    if arrow.to.isEmpty {
      let end = one + (other - one) * 3 / 5
      text.append(
        "<line class=\"arrow\" x1=\"\(begin)%\" y1=\"\(arrow.from)\" x2=\"\(end)%\" y2=\"\(arrow.lostAt)\"/>"
      )
      text.append(
        "<svg class=\"mark\" x=\"\(end)%\" y=\"\(arrow.lostAt)\"><path d=\"M-4-4l8 8m0-8l-8 8\"/></svg>"
      )
    }
    let words =
      switch arrow.segment.fate {
      case .delivered, .delayed: arrow.label
      case .lost: arrow.label + ", lost"
      case .held: arrow.label + (arrow.to.isEmpty ? ", held" : ", late")
      case .forged: "forged: " + arrow.label
      }
    text.append(
      "<text class=\"\(forward ? "fromclient" : "fromserver")\" x=\"\(one)%\" y=\"\(arrow.from - 4)\">"
    )
    text.append(escaped: words)
    text.append("</text></g>\n")
  }

  /// A head that no stretching turns: at the line of life, a little before it.
  private func write(headAt x: Int, _ y: Int, _ forward: Bool, into text: inout Text) {
    let path: StaticString = forward ? "M-3 0l-9-5l1.5 5l-2.5 4z" : "M3 0l9-5l-1.5 5l2.5 4z"
    text.append("<svg class=\"mark\" x=\"\(x)%\" y=\"\(y)\"><path class=\"head\" d=\"")
    text.append(path)
    text.append("\"/></svg>")
  }

  private func write(_ label: Label, into text: inout Text) {
    guard let side = label.side, label.isState else {
      let (kind, x) =
        switch label.side {
        case .client: ("remark fromclient", Self.x(.client))
        case .server: ("remark fromserver", Self.x(.server))
        case nil: ("remark", 50)
        }
      text.append("<text class=\"\(kind)\" x=\"\(x)%\" y=\"\(label.y + 4)\">")
      text.append(escaped: label.text)
      return text.append("</text>\n")
    }
    text.append(
      "<text class=\"state \(side.name)\" x=\"\(Self.x(side))%\" y=\"\(label.y + 4)\">")
    text.append(escaped: label.text)
    text.append("</text>\n")
  }
}
