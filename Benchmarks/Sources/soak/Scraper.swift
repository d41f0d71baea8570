// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// Scrapes as Prometheus does, in one format after the other, and holds each answer to what was before.
///
/// The first that fails ends the run.
struct Scraper {
  let port: UInt16
  private let waiter: Waiter
  private(set) var count = 0
  /// Of the last minute, or what is taken for one: the longest that an answer took, in seconds.
  var slowest = 0.0
  private(set) var slowestEver = 0.0
  /// Of each format, what never shrinks; the names of series differ.
  private var before: [Scrape.Format: [String: Double]] = [:]
  /// How often the count of TIME_WAIT was not the kernel's, and by how many at most.
  private(set) var drifted = 0
  private(set) var worstDrift = 0.0

  /// Prometheus' own default.
  static let limit = 10

  init(port: UInt16, _ waiter: Waiter) {
    self.port = port
    self.waiter = waiter
  }

  mutating func scrape() throws(Trouble) -> Scrape {
    let format = Scrape.Format.allCases[count % Scrape.Format.allCases.count]
    let began = now()
    var visit = try Visit(port: port, within: Self.limit, waiter)
    let page = try visit.get("/metrics", format.fields)
    let seconds = now() - began
    guard page.status == 200 else { throw .failed("a scrape was answered with \(page.status)") }
    let health = try visit.get("/healthz")
    guard health.status == 200, health.body.starts(with: Array("ok".utf8)) else {
      throw .failed("/healthz says \(health.status)")
    }
    let scrape = try Scrape(Self.text(of: page, format), format)
    try hold(scrape)
    count += 1
    slowest = max(slowest, seconds)
    slowestEver = max(slowestEver, seconds)
    let drift = scrape.sum("synfin_time_wait_drift_sockets")
    if drift != 0 { drifted += 1 }
    if abs(drift) > abs(worstDrift) { worstDrift = drift }
    return scrape
  }

  private static func text(of page: Page, _ format: Scrape.Format) throws(Trouble) -> String {
    let isPacked = page.fields["content-encoding"] == "gzip"
    guard isPacked == (format == .gzip),
      page.fields["content-type"]?.hasPrefix(format.contentType) ?? false
    else { throw .failed("an answer in another format than \(format): \(page.fields)") }
    let body = isPacked ? try gunzip(page.body) : page.body
    return String(decoding: body, as: UTF8.self)
  }

  /// No counter shrinks. One whose port has given up its place may end, and begin again.
  private mutating func hold(_ scrape: Scrape) throws(Trouble) {
    var now: [String: Double] = [:]
    let before = before[scrape.format] ?? [:]
    for key in scrape.cumulative {
      let value = scrape.values[key] ?? .nan
      if let earlier = before[key], !(value >= earlier) {
        throw .failed("\(key) went from \(earlier) to \(value)")
      }
      now[key] = value
    }
    self.before[scrape.format] = now
  }
}

extension Scrape.Format {
  fileprivate var fields: [String] {
    switch self {
    case .text: ["Accept: text/plain; version=0.0.4"]
    case .openMetrics: ["Accept: application/openmetrics-text; version=1.0.0"]
    case .gzip: ["Accept: text/plain; version=0.0.4", "Accept-Encoding: gzip"]
    }
  }

  fileprivate var contentType: String {
    self == .openMetrics
      ? "application/openmetrics-text; version=1.0.0" : "text/plain; version=0.0.4"
  }
}
