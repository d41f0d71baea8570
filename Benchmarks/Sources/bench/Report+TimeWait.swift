// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

extension Report {
  /// What it costs to count TIME_WAIT, and to follow it.
  var timeWaitParts: [String] {
    let name = "\(Waiting.sockets) TIME_WAIT"
    var parts = censuses.map { census in
      "## \(name), \(census.first.rawValue) closed first: one count, rounds:"
        + " \(census.rounds.count)\n\n\(table(census).text)"
    }
    parts.append("## \(name): synfin timewait --duration 1\n\n\(followTable.text)")
    return parts
  }

  private func table(_ census: Census) -> Table {
    var table = Table("counted by", "CPU ms", "synfin to it")
    for counter in Counter.allCases {
      table.add(
        counter.name, census.milliseconds(counter).text(1),
        counter == .synfin ? "1" : census.ratio(to: counter).text(2))
    }
    return table
  }

  private var followTable: Table {
    var table = Table(
      "what waits", "attached after ms", "CPU ms until then", "CPU ms in all", "MiB")
    func add(_ what: String, _ follow: Follow?) {
      guard let follow else { return table.add(what, "-", "-", "-", "-") }
      table.add(
        what, follow.attached.text(1), follow.attachedCPU.text(1), follow.wholeCPU.text(1),
        follow.resident.text(1))
    }
    add("nothing", followIdle)
    for census in censuses {
      add("\(Waiting.sockets), \(census.first.rawValue) closed first", census.follow)
    }
    return table
  }

  var timeWaitBudgets: [Budget] {
    Waiting.First.allCases.flatMap { first in
      let what = "\(Waiting.sockets) TIME_WAIT, \(first.rawValue) closed first"
      let census = censuses.first { $0.first == first } ?? Census(first: first)
      let ratio = census.ratio(to: .ssAndAwk)
      let measured = "\(ratio.text(2)); to bare ss \(census.ratio(to: .ss).text(2))"
      return [
        Budget(
          "\(what): CPU of a count to that of ss and awk", measured: measured, allowed: "<= 1/3",
          met: ratio.isEmpty ? nil : ratio.median <= 1.0 / 3),
        Budget(
          "\(what): a count", census.milliseconds(.synfin), atMost: 40, "ms of CPU", decimals: 1),
      ]
    }
  }
}
