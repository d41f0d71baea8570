// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
public import Report

extension JSONLines {
  /// All that is shown of one moment, as one object.
  public mutating func frame(_ frame: Frame) {
    text.beginObject()
    text.member("type", "top")
    text.member("at_us", time.microseconds(frame.at))
    text.member("interval_us", UInt64(frame.seconds * 1e6))
    text.member("transitions", frame.transitions)
    text.member("events_per_s", rate: frame.eventRate)
    text.object("lost") { text in
      for (name, count) in frame.losses.stages { text.member(name, count) }
    }
    text.member("services", frame.services.inOrder) { $0.members(of: $1) }
    text.member("processes", frame.owners.inOrder) { $0.members(of: $1) }
    text.endLine()
  }
}

extension Text {
  fileprivate mutating func members(of entry: Entry) {
    switch entry.name {
    case .service(let service):
      member("role", service.role.name)
      // A word where it stands for many, as in the metrics.
      if let port = service.port { member("port", UInt64(port)) } else { member("port", "other") }
    case .owner(let owner):
      let process = owner.process ?? .none
      member("pid", process.isKnown ? UInt64(process.pid) : nil)
      if owner.process == nil {
        member("comm", "other")
      } else if process.isKnown {
        member("comm", process.comm)
      } else {
        member("comm", nil as StaticString?)
      }
    }
    let (live, counters) = (entry.row.live, entry.row.counters)
    member("open", live.open)
    counts("states", live.states.counted.map { ($0.word.name, $0.count) })
    member("close_wait_oldest_us", live.closeWaitOldest.map { $0.nanoseconds / 1000 })
    member("close_wait_oldest_is_at_least", live.closeWaitOldest?.isAtLeast == true)
    member("opened", counters.opened)
    member("opened_per_s", rate: entry.rates.opened)
    counts("failures", counters.failures.counted.map { ($0.word.name, $0.count) })
    member("failed_per_s", rate: entry.rates.failed)
    member("closed", counters.closes.counted) { text, closed in
      text.member("close", closed.close.name)
      text.member("first_fin", closed.first?.name)
      text.member("count", closed.count)
    }
    member("closed_per_s", rate: entry.rates.closed)
    latencies("connect", counters.connectTime, entry.recent.connectTime)
    latencies("handshake_rtt", counters.handshakeRTT, entry.recent.handshakeRTT)
    counts(
      "handshake_rtt_unknown", counters.rttUnknown.counted.map { ($0.word.name, $0.count) })
    member("handshake_retransmits", live.tellsHandshakes ? counters.handshakeRetrans : nil)
    member("time_wait", live.tellsMinis ? live.timeWait : nil)
    member("fin_wait2_mini", live.tellsMinis ? live.finWait2 : nil)
    guard case .service = entry.name else { return }
    member("used_ratio", entry.fullest?.used ?? 0, of: entry.fullest?.range ?? 0)
  }

  private mutating func counts(_ name: StaticString, _ counts: [(StaticString, UInt64)]) {
    object(name) { for (word, count) in counts { $0.member(word, count) } }
  }

  /// Of all since the start, and of the last minute.
  private mutating func latencies(_ name: StaticString, _ all: Histogram, _ recent: Histogram) {
    object(name) { text in
      text.quantiles(all)
      text.object("last_minute") { $0.quantiles(recent) }
    }
  }

  private mutating func quantiles(_ histogram: Histogram) {
    member("count", histogram.count)
    member("p50_us", histogram.quantile(0.5).map { $0 / 1000 })
    member("p90_us", histogram.quantile(0.9).map { $0 / 1000 })
    member("p99_us", histogram.quantile(0.99).map { $0 / 1000 })
  }

  fileprivate mutating func object(_ name: StaticString, _ body: (inout Text) -> Void) {
    key(name)
    beginObject()
    body(&self)
    endObject()
  }

  /// A rate with two decimals.
  fileprivate mutating func member(_ name: StaticString, rate: Double) {
    key(name)
    let hundredths = UInt64((min(max(rate, 0), 1e15) * 100).rounded())
    append(hundredths / 100)
    append(".")
    append(hundredths % 100, digits: 2)
  }
}

extension [Entry] {
  /// Most open first, so that a line is read like a table.
  fileprivate var inOrder: [Entry] {
    Table.sorted(self, by: Column.all(for: .services)[0])
  }
}
