// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Metrics text, read: the value of each series.
struct Scrape {
  let text: String
  let values: [String: Double]

  /// - Parameter text: in Prometheus' format 0.0.4, or OpenMetrics.
  init(_ text: some StringProtocol) {
    self.text = String(text)
    var values: [String: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let gap = line.lastIndex(of: " ") else { continue }
      values[String(line[..<gap])] = Double(line[line.index(after: gap)...])
    }
    self.values = values
  }

  /// - Parameter series: such as `synfin_connections{port="80"}`, with all labels in the order of the text.
  subscript(series: String) -> Double? { values[series] }

  /// The sum of all series of a metric that have these labels.
  func sum(_ metric: String, _ labels: String...) -> Double {
    values.reduce(0) { sum, series in
      let isOf =
        series.key.hasPrefix(metric + "{") && labels.allSatisfy(series.key.contains)
        || series.key == metric && labels.isEmpty
      return isOf ? sum + series.value : sum
    }
  }
}

/// `synfin metrics --listen`, attached and listening.
struct Exporter {
  let tracer: Tracer
  let port: UInt16

  init(_ arguments: String..., environment: [String: String] = [:]) throws {
    try self.init(
      command: [Product.path] + Self.arguments + arguments, environment: environment)
  }

  static let arguments = ["metrics", "--listen", "127.0.0.1:0"]

  /// - Parameter command: with whatever is to run it.
  init(command: [String], environment: [String: String] = [:]) throws {
    tracer = try Tracer(command: command, environment: environment)
    try tracer.process.waitForLine(beginning: "synfin: listening on http://127.0.0.1:")
    let line = try #require(
      tracer.process.stderr.split(separator: "\n").first { $0.contains("listening on") })
    port = try #require(UInt16(line.split(separator: ":").last?.prefix { $0.isNumber } ?? ""))
  }

  /// The body of a page, by a client of nobody here.
  func get(_ path: String, _ options: String...) throws -> String {
    let end = try Child(
      ["curl", "-sS", "--max-time", "20"] + options + ["http://127.0.0.1:\(port)\(path)"]
    ).wait()
    try #require(end.status == 0, "\(end.stderr)")
    return end.stdout
  }

  func scrape() throws -> Scrape { Scrape(try get("/metrics")) }

  /// Scrapes until it is so; who scrapes is traced as well, where nothing else is asked.
  @discardableResult
  func scrape(until what: String, _ isSo: (Scrape) -> Bool) throws -> Scrape {
    var last = try scrape()
    try waitUntil("\(what) in \(last.text)") {
      last = try scrape()
      return isSo(last)
    }
    return last
  }
}
