// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// One run, from the daemon's start to its end.
final class Run {
  private let options: Options
  private let plan: Plan
  private let waiter = Waiter()
  private let folder = Folder("synfin-soak")
  private var exporter: Exporter
  private var scraper: Scraper
  private let strangers: Strangers
  private let load: Load
  private var began = 0.0
  private var scrape: Scrape
  private let first: Vitals
  private var vitals: [Vitals] = []
  private var minutes: Minutes
  private var hangUps = 0

  init(_ options: Options) throws(Trouble) {
    self.options = options
    plan = Plan(seconds: Double(options.seconds))
    exporter = try Exporter(options.synfin, folder: folder.path, waiter)
    scraper = Scraper(port: exporter.port, waiter)
    strangers = Strangers(port: exporter.port)
    scrape = try scraper.scrape()
    for _ in Scrape.Format.allCases {
      try waiter.pause(0.5)
      scrape = try scraper.scrape()
    }
    try waiter.pause(2)
    first = try Vitals(exporter.process)
    minutes = Minutes(from: first)
    load = try Load(options, plan, waiter)
  }

  /// Loads, comes to rest, and judges.
  func report() throws(Trouble) -> Report {
    say(Minutes.heading)
    try loadAll()
    note("soak: the load ends")
    try end()
    let held = try calm { _ in true }
    try load.release(.half)
    if !options.brief { try awaitTimers() }
    try load.release(.held)
    note("soak: waiting for what is left")
    let last = try calm { self.isAtRest($0) }
    try addMinute()
    let judgement = Judgement(
      plan: plan, accounts: load.accounts, scraper: scraper, first: first, vitals: vitals,
      last: try Vitals(exporter.process), held: held, final: last, hangUps: hangUps)
    if let path = options.scrape { try write(last.text, to: path) }
    let said = exporter.said
    try exporter.stop(waiter)
    return Report(
      options: options, minutes: minutes.table, kinds: judgement.kinds,
      budgets: judgement.budgets,
      strangers: strangers.count, namespaces: load.namespaces, hangUps: hangUps,
      cpuSeconds: (vitals.last?.cpuSeconds ?? 0) - first.cpuSeconds, accounts: load.accounts,
      said: said)
  }

  private var time: Double { now() - began }

  private func loadAll() throws(Trouble) {
    began = now()
    var minute = Beat(every: 60, from: 60)
    var vital = Beat(every: plan.vitalsPeriod, from: 0)
    var scraping = Beat(every: plan.scrapePeriod, from: 0)
    var hangUp = Beat(every: plan.hangUpPeriod, from: plan.firstHangUp)
    while time < plan.seconds {
      try load.step(at: time)
      strangers.step(at: time)
      if scraping.isDue(at: time) { scrape = try scraper.scrape() }
      if vital.isDue(at: time) { vitals.append(try Vitals(exporter.process)) }
      if minute.isDue(at: time) { try addMinute() }
      if hangUp.isDue(at: time) {
        exporter.hangUp()
        hangUps += 1
      }
      try waiter.pause(0.1)
    }
  }

  private func addMinute() throws(Trouble) {
    say(minutes.add(time, scrape, try Vitals(exporter.process), load, scraper))
    scraper.slowest = 0
  }

  /// Until all that was begun has come to its end, and is counted.
  private func end() throws(Trouble) {
    let deadline = now() + 150
    while !load.isIdle {
      guard now() < deadline else { throw .failed("the load does not end") }
      try load.collect()
      strangers.step(at: time)
      try waiter.pause(0.1)
    }
    strangers.leave()
  }

  /// A scrape of which something is true, which may take until a scan has mended what a loss left: a
  /// scan that mends nothing is made each minute at least.
  private func calm(_ isSo: (Scrape) -> Bool) throws(Trouble) -> Scrape {
    let deadline = now() + 130
    repeat {
      try waiter.pause(1)
      scrape = try scraper.scrape()
    } while !isSo(scrape) && now() < deadline
    return scrape
  }

  private func isAtRest(_ scrape: Scrape) -> Bool {
    let ports = Kind.allCases.flatMap { load.accounts.ports($0) }
    return scrape.sum("synfin_time_wait_drift_sockets") == 0
      && ports.allSatisfy { scrape.sum("synfin_connections", ["port": "\($0)"]) == 0 }
      && exporter.process.descriptors <= first.descriptors
  }

  /// Until the last TIME_WAIT of the town has had its minute.
  private func awaitTimers() throws(Trouble) {
    note("soak: a minute for what is in TIME_WAIT")
    let deadline = now() + 90
    while load.timeWaits > 0 {
      guard now() < deadline else {
        throw .failed("\(load.timeWaits) TIME_WAIT sockets do not end")
      }
      try waiter.pause(2)
      scrape = try scraper.scrape()
    }
  }
}
