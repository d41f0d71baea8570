// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
internal import Report

/// A column of the table behind the name: how wide, what to write, and what to sort by.
struct Column: Sendable {
  let title: StaticString
  let width: Int
  /// Most first.
  let key: @Sendable (Entry) -> Double
  let write: @Sendable (inout Text, Entry) -> Void
  /// Whether it is worth being noticed.
  var isAlarming: @Sendable (Entry) -> Bool = { _ in false }

  /// What a CLOSE_WAIT may last before it is worth a colour, in nanoseconds: an application that has
  /// not closed for a minute has probably forgotten to.
  private static let forgotten: UInt64 = 60_000_000_000
  /// The share of the ephemeral ports from which on connects get slow: the kernel searches for a free one.
  private static let crowded = 0.5

  static func all(for view: Screen.View) -> [Column] {
    // A process may have both kinds of latency, which a mark tells apart.
    let width = view == .services ? 6 : 7
    let common = [
      open, new, latency("P50", 0.5, width), latency("P99", 0.99, width), failed, reset, closeWait,
      oldest, timeWait,
    ]
    let more = [closed, byUs, byPeer, sentAgain]
    return view == .services ? common + [range] + more : common + more
  }

  private static let open = Column(
    title: "OPEN", width: 6, key: { Double($0.row.live.open) },
    write: { $0.append(count: $1.row.live.open) })

  private static let new = Column(
    title: "NEW/S", width: 6, key: \.rates.opened, write: { $0.append(rate: $1.rates.opened) })

  /// What it took to connect, or where nothing did, the round trip of what was accepted.
  private static func latency(
    _ title: StaticString, _ part: Double, _ width: Int
  ) -> Column {
    Column(
      title: title, width: width, key: { Double($0.latency.quantile(part) ?? 0) },
      write: { text, entry in
        if case .owner = entry.name, entry.latency.count > 0 {
          text.append(entry.recent.connectTime.count > 0 ? ">" : "<")
        }
        text.append(part, of: entry.latency, opened: entry.recent.opened)
      })
  }

  private static let failed = Column(
    title: "FAILED", width: 6, key: { Double($0.row.counters.failures.total) },
    write: { $0.append(count: $1.row.counters.failures.total) },
    isAlarming: { $0.rates.failed > 0 })

  private static let reset = Column(
    title: "RESET", width: 6, key: { Double($0.row.counters.closes.resets) },
    write: { $0.append(count: $1.row.counters.closes.resets) })

  private static let closeWait = Column(
    title: "CLOSE_WAIT", width: 10, key: { Double($0.row.live.closeWait) },
    write: { $0.append(count: $1.row.live.closeWait) })

  private static let oldest = Column(
    title: "OLDEST", width: 8,
    key: { Double($0.row.live.closeWaitOldest?.nanoseconds ?? 0) },
    write: { text, entry in
      if let age = entry.row.live.closeWaitOldest { text.append(age) } else { text.append("-") }
    },
    isAlarming: { ($0.row.live.closeWaitOldest?.nanoseconds ?? 0) >= forgotten })

  private static let timeWait = Column(
    title: "TIME_WAIT", width: 9, key: { Double($0.row.live.timeWait) },
    write: { text, entry in
      guard entry.row.live.tellsMinis else { return text.append("?") }
      text.append(count: UInt64(entry.row.live.timeWait))
    })

  private static let range = Column(
    title: "RANGE", width: 5, key: { $0.usedRatio ?? 0 },
    write: { text, entry in
      guard let use = entry.fullest else { return text.append("-") }
      text.append(percent(use.used, of: use.range))
    },
    isAlarming: { ($0.usedRatio ?? 0) >= crowded })

  private static let closed = Column(
    title: "CLOSED", width: 7, key: { Double($0.row.counters.closes.total) },
    write: { $0.append(count: $1.row.counters.closes.total) })

  private static let byUs = Column(
    title: "BY US", width: 7, key: { Double($0.row.counters.closes.count(.local)) },
    write: { $0.append(count: $1.row.counters.closes.count(.local)) })

  private static let byPeer = Column(
    title: "BY PEER", width: 7, key: { Double($0.row.counters.closes.count(.remote)) },
    write: { $0.append(count: $1.row.counters.closes.count(.remote)) })

  private static let sentAgain = Column(
    title: "AGAIN", width: 6, key: { Double($0.row.counters.handshakeRetrans) },
    write: { text, entry in
      guard entry.row.live.tellsHandshakes else { return text.append("?") }
      text.append(count: entry.row.counters.handshakeRetrans)
    })
}

extension Entry {
  /// What it took to connect, or where nothing did, the round trip of what was accepted.
  var latency: Histogram {
    recent.connectTime.count > 0 ? recent.connectTime : recent.handshakeRTT
  }

  var usedRatio: Double? { fullest.map { Double($0.used) / Double(max(1, $0.range)) } }
}
