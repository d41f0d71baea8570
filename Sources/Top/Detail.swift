// SPDX-License-Identifier: Apache-2.0
internal import Metrics
internal import Report

/// All that is known of one service or process, in sentences that are folded to the width.
struct Detail {
  let width: Int

  func lines(of entry: Entry) -> [String] {
    let (row, live) = (entry.row, entry.row.live)
    let counters = row.counters
    var lines: [String] = []
    add(to: &lines, written { $0.append(entry.name, within: 23) } + " now:", now(entry))
    if counters.opened > 0 {
      add(to: &lines, "opened \(counters.opened):", latencies(counters))
    }
    if counters.failures.total > 0 {
      add(
        to: &lines, "failed \(counters.failures.total):",
        counters.failurePhrases.map { "\($0.words) \($0.count)" })
    }
    if counters.closes.total > 0 {
      add(
        to: &lines, "closed \(counters.closes.total):",
        counters.closePhrases.map { "\($0.words) \($0.count)" })
      if counters.lifetime.count > 0 {
        add(to: &lines, "lived", [quantiles(counters.lifetime)])
      }
    }
    if live.timeWait + live.finWait2 > 0 || entry.fullest != nil {
      var parts = ["TIME_WAIT \(live.timeWait)"]
      if live.finWait2 > 0 { parts.append("FIN_WAIT2 \(live.finWait2)") }
      if let use = entry.fullest { parts.append("ports used " + written { $0.append(use) }) }
      add(to: &lines, "left:", parts)
    }
    return lines
  }

  private func now(_ entry: Entry) -> [String] {
    let live = entry.row.live
    var parts = live.statePhrases.map { "\($0.words) \($0.count)" }
    if parts.isEmpty { parts = ["none open"] }
    if let age = live.closeWaitOldest {
      parts.append("oldest CLOSE_WAIT " + written { $0.append(age) })
    }
    let rates = entry.rates
    for (word, rate) in [
      ("new", rates.opened), ("failed", rates.failed), ("closed", rates.closed),
    ] where rate > 0 {
      parts.append(word + " " + written { $0.append(rate: rate) } + "/s")
    }
    return parts
  }

  private func latencies(_ counters: Counters) -> [String] {
    var parts: [String] = []
    if counters.connectTime.count > 0 {
      parts.append("connect " + quantiles(counters.connectTime))
    }
    if counters.handshakeRTT.count > 0 {
      parts.append("handshake round trip " + quantiles(counters.handshakeRTT))
    }
    let unknown = counters.rttUnknown.total
    if unknown > 0 {
      let why = Phrase.list(counters.rttUnknownPhrases, separator: ", ")
      parts.append("round trip unknown \(unknown) of \(counters.opened) (\(why))")
    }
    if counters.handshakeRetrans > 0 {
      parts.append("SYN or SYN-ACK sent again \(counters.handshakeRetrans)")
    }
    return parts
  }

  private func quantiles(_ histogram: Histogram) -> String {
    let parts: [(StaticString, Double)] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]
    return parts.map { name, part in
      "\(name) " + written { $0.append(part, of: histogram, opened: 1) }
    }.joined(separator: " ")
  }

  /// A line, and where it is full more of them, indented.
  private func add(to lines: inout [String], _ start: String, _ parts: [String]) {
    var line = start
    for (index, part) in parts.enumerated() {
      let word = part + (index + 1 < parts.count ? "," : "")
      if line.utf8.count + 1 + word.utf8.count > width, line != start {
        lines.append(line)
        line = "  " + word
      } else {
        line += " " + word
      }
    }
    lines.append(line)
  }
}

/// What `body` writes, as a string.
func written(_ body: (inout Text) -> Void) -> String {
  var text = Text(capacity: 64)
  body(&text)
  return String(decoding: text.bytes, as: UTF8.self)
}
