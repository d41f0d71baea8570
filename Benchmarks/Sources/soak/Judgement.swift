// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// All that a run has come to, and what is held of it.
struct Judgement {
  let plan: Plan
  let accounts: Accounts
  let scraper: Scraper
  /// When it had begun, and been scraped in each format.
  let first: Vitals
  /// While there was load.
  let vitals: [Vitals]
  /// When all had come to rest.
  let last: Vitals
  /// When only what is held was there, and at the very end.
  let held, final: Scrape
  let hangUps: Int

  var budgets: [Budget] {
    [
      scrapes, memory, descriptors, threads, drift, attachments, heldConnections, leftovers, opened,
      ended, failed, words, unknowns, events,
    ]
  }

  private var scrapes: Budget {
    Budget(
      "scrapes answered and well-formed, no counter shrinking, /healthz ok",
      measured: "\(scraper.count), slowest \((scraper.slowestEver * 1000).fixed(0)) ms",
      allowed: "each within \(Scraper.limit) s", met: scraper.count > 0)
  }

  /// The median is not moved by a burst, which takes a twentieth of a quarter. The first quarter is not
  /// looked at: tables grow until they have met the most that there is of everything.
  private var memory: Budget {
    let quarter = plan.seconds / 4
    let began = vitals.first?.at ?? 0
    func median(_ number: Int) -> Double {
      let part = vitals.filter { Int(($0.at - began) / quarter) == number - 1 }
      return Spread(part.map(\.own)).median
    }
    let (second, fourth) = (median(2), median(4))
    let room = max(second * 0.05, 1_048_576)
    let each = (fourth - second) / (Double(accounts.total) / 2)
    return Budget(
      "memory of its own, last quarter to second, medians",
      measured:
        "\(fourth.mebibytes) : \(second.mebibytes) MiB, \(each.fixed(2)) bytes a connection",
      allowed: "not more by 5 % or 1 MiB, the greater",
      met: plan.isLongEnoughForMemory ? fourth <= second + room : nil)
  }

  private var descriptors: Budget {
    equal("open descriptors at the end, to the start's", last.descriptors, first.descriptors)
  }

  private var threads: Budget {
    equal("threads at the end, to the start's", last.threads, first.threads)
  }

  private var drift: Budget {
    let last = Int(final.sum("synfin_time_wait_drift_sockets"))
    return Budget(
      "TIME_WAIT followed less counted by the kernel, at the end",
      measured:
        "\(last); not 0 in \(scraper.drifted) scrapes, \(Int(scraper.worstDrift)) at most",
      allowed: "0", met: last == 0)
  }

  private var attachments: Budget {
    equal("attached", Int(final.sum("synfin_attachments_total")), 1 + hangUps)
  }

  /// After all that has happened, what was open all the time is still known, each by its state.
  private var heldConnections: Budget {
    func count(_ kind: Kind, _ state: String) -> Int {
      let labels = ["port": "\(accounts.port(kind))", "state": state]
      return Int(held.sum("synfin_connections", labels))
    }
    let found = [
      count(.held, "ESTABLISHED"), count(.half, "CLOSE_WAIT"), count(.half, "FIN_WAIT2"),
    ]
    let truth = [2 * Load.heldConnections, Load.halfConnections, Load.halfConnections]
    return Budget(
      "open all the time: ESTABLISHED, CLOSE_WAIT, FIN_WAIT2", measured: found.sentence,
      allowed: truth.sentence, met: found == truth)
  }

  /// A connection that is over is not open.
  private var leftovers: Budget {
    let ports = Kind.allCases.flatMap { accounts.ports($0) }
    let live = ports.reduce(0) { $0 + final.sum("synfin_connections", ["port": "\($1)"]) }
    return equal("connections of the load still open at the end", Int(live), 0)
  }

  // MARK: Against the load's own count

  private func outcome(_ kind: Kind) -> Outcome { Outcome(of: kind, in: final, accounts) }

  /// What was made, and what the daemon says of it.
  var kinds: Table {
    var table = Table(
      "load", "connections", "ends opened", "of", "ended", "of", "never opened", "of", "wrong",
      "unknown")
    for kind in Kind.allCases {
      let (outcome, truth) = (outcome(kind), kind.expected(accounts[kind]))
      table.add(
        kind.name, "\(accounts[kind])", "\(outcome.opened)", "\(truth.opened)",
        "\(outcome.closed)", "\(truth.closed)", "\(outcome.failed)", "\(truth.failed)",
        "\(outcome.wrong)", "\(outcome.unknown)")
    }
    return table
  }

  /// A completed handshake that is not counted must be among what is told as lost.
  private var opened: Budget {
    missing("handshakes that are not counted, by load") { outcome, truth in
      truth.opened - outcome.opened
    }
  }

  private var ended: Budget {
    missing("ends that are not counted, by load") { outcome, truth in
      truth.closed - outcome.closed
    }
  }

  private var failed: Budget {
    missing("refused connects that are not counted, by load") { outcome, truth in
      truth.failed - outcome.failed
    }
  }

  private func missing(
    _ what: String, _ count: (Outcome, Kind.Numbers) -> Int
  ) -> Budget {
    let missing = Kind.allCases.map { count(outcome($0), $0.expected(accounts[$0])) }
    return Budget(
      what, measured: missing.sentence, allowed: "0, or not more than is told as lost",
      met: missing.allSatisfy { $0 >= 0 && $0 <= final.lostTotal })
  }

  /// Whatever is said must be true.
  private var words: Budget {
    let words = Kind.allCases.flatMap { outcome($0).wrongWords }
    return Budget(
      "ends told wrongly", measured: words.isEmpty ? "0" : words.joined(separator: ", "),
      allowed: "0", met: words.isEmpty)
  }

  /// Not to know needs a reason: a loss, told.
  private var unknowns: Budget {
    let unknown = Kind.allCases.reduce(0) { $0 + outcome($1).unknown }
    return Budget(
      "ends not known how, or of which side", measured: "\(unknown)",
      allowed: "0 where nothing is lost", met: unknown == 0 || final.lostTotal > 0)
  }

  /// The kernel can skip a program without counting it (docs/limitations.md#losses): then `gap` is the
  /// least that was lost, and not all of it.
  private var events: Budget {
    let told = Int(final.sum("synfin_events_total"))
    let stages = final.lost.filter { $0.count > 0 }.map { "\($0.stage) \($0.count)" }
    let gaps = final.lost.first { $0.stage == "gap" }?.count ?? 0
    let room = gaps > 0 ? accounts.events / 1000 : 0
    return Budget(
      "state changes told and lost, to those made",
      measured: "\(told) + \(final.lostTotal) (\(stages.joined(separator: ", ")))",
      allowed: ">= \(accounts.events)" + (room > 0 ? " less 0.1 %, for there are gaps" : ""),
      met: told + final.lostTotal >= accounts.events - room)
  }

  private func equal(_ what: String, _ found: Int, _ truth: Int) -> Budget {
    Budget(what, measured: "\(found)", allowed: "\(truth)", met: found == truth)
  }
}

extension [Int] {
  fileprivate var sentence: String { map(String.init).joined(separator: ", ") }
}
