// SPDX-License-Identifier: Apache-2.0

/// What the daemon says has become of one kind of connection.
struct Outcome {
  /// Ends whose handshake was completed.
  private(set) var opened = 0
  private(set) var closed = 0
  private(set) var failed = 0
  /// Of those that ended, or were never opened, how many have words that cannot be true of them; and
  /// what is said.
  private(set) var wrong = 0
  private(set) var wrongWords: [String] = []
  /// Of them, how many are not known how, or of which side.
  private(set) var unknown = 0

  init(of kind: Kind, in scrape: Scrape, _ accounts: Accounts) {
    for port in accounts.ports(kind) {
      let labels = ["port": "\(port)"]
      opened += Int(scrape.sum("synfin_connections_opened_total", labels))
      for (labels, value) in scrape.series("synfin_connections_closed_total", labels) {
        closed += Int(value)
        let (close, first) = (labels["close"] ?? "", labels["first_fin"] ?? "")
        let role = labels["role"] ?? ""
        if !kind.allows(close: close, firstFIN: first, role: role) {
          note(wrong: "\(kind.name): \(role) \(close) \(first)", value)
        }
        if close == "unknown" || role == "unknown" { unknown += Int(value) }
      }
      for (labels, value) in scrape.series("synfin_connection_failures_total", labels) {
        failed += Int(value)
        switch labels["reason"] {
        case "refused": if kind != .refused { note(wrong: "\(kind.name): refused", value) }
        case "unknown": unknown += Int(value)
        default: note(wrong: "\(kind.name): never opened, \(labels["reason"] ?? "")", value)
        }
      }
    }
  }

  private mutating func note(wrong words: String, _ value: Double) {
    guard value > 0 else { return }
    wrong += Int(value)
    wrongWords.append("\(words): \(Int(value))")
  }
}

extension Kind {
  typealias Numbers = (opened: Int, closed: Int, failed: Int)

  /// What the daemon is to say of so many connections: each has two ends on this host.
  func expected(_ made: Int) -> Numbers {
    self == .refused ? (0, 0, made) : (2 * made, 2 * made, 0)
  }
}

extension Scrape {
  /// Records that were lost, by stage, of those that transitions or ends rest on.
  var lost: [(stage: String, count: Int)] {
    series("synfin_events_lost_total").compactMap { labels, value in
      guard let stage = labels["stage"], stage != "owner" else { return nil }
      return (stage, Int(value))
    }.sorted { $0.stage < $1.stage }
  }

  var lostTotal: Int { lost.reduce(0) { $0 + $1.count } }
}
