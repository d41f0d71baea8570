// SPDX-License-Identifier: Apache-2.0
import Foundation
import Monitoring
import Testing

/// A real Prometheus, that scrapes each second.
final class PrometheusServer {
  private let port: String
  private let process: Child
  private let folder: Folder

  /// - Parameters:
  ///   - targets: jobs, and the port of loopback that each scrapes.
  ///   - rules: the text of a file of rules.
  init(scraping targets: [String: UInt16], rules: String) throws {
    folder = try Folder()
    let jobs = targets.map { job, port in
      "  - {job_name: \(job), static_configs: [{targets: ['127.0.0.1:\(port)']}]}"
    }
    let files = [
      "rules.yml": rules,
      "prometheus.yml": """
      global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
      rule_files: [rules.yml]
      scrape_configs:
      \(jobs.joined(separator: "\n"))
      """,
    ]
    for (name, text) in files {
      try text.write(toFile: folder.path(name), atomically: false, encoding: .utf8)
    }
    process = try Child([
      PrometheusTools.server, "--config.file=\(folder.path("prometheus.yml"))",
      "--storage.tsdb.path=\(folder.path("data"))", "--web.listen-address=127.0.0.1:0",
    ])
    try process.waitForLine(ending: #"Server is ready to receive web requests.""#)
    let address = process.stderr.firstMatch(of: /"Listening on" address=127\.0\.0\.1:(\d+)/)
    port = String(try #require(address, "\(process.stderr)").1)
  }

  /// What its API says at a path.
  func ask<Result: Decodable>(
    _ path: String, _ parameters: [String: String] = [:], as: Result.Type
  ) throws -> Result {
    let fields = parameters.flatMap { ["--data-urlencode", "\($0)=\($1)"] }
    let end = try Child(
      ["curl", "-sSG", "--max-time", "20"] + fields + ["http://127.0.0.1:\(port)/api/v1/\(path)"]
    ).wait()
    let reply = try JSONDecoder().decode(Reply<Result>.self, from: Data(end.stdout.utf8))
    return try #require(reply.data, "\(parameters): \(end)")
  }

  private struct Reply<Result: Decodable>: Decodable {
    /// `nil` where it found something wrong.
    let data: Result?
  }

  /// The series of a query, now or at a moment that was.
  func query(_ text: String, at time: Double? = nil) throws -> [Series] {
    var parameters = ["query": text]
    parameters["time"] = time.map { "\($0)" }
    return try ask("query", parameters, as: Vector.self).result
  }

  private struct Vector: Decodable {
    let result: [Series]
  }
}

/// A series, and its value at one moment.
struct Series: Decodable {
  let metric: [String: String]
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metric = try container.decode([String: String].self, forKey: .metric)
    var sample = try container.nestedUnkeyedContainer(forKey: .value)
    _ = try sample.decode(Double.self)
    value = try Double(sample.decode(String.self)) ?? .nan
  }

  private enum CodingKeys: String, CodingKey { case metric, value }
}

extension [Series] {
  /// Values by those labels, such as `server 80`.
  func by(_ labels: String...) -> [String: Double] {
    let pairs = map { series in
      (labels.map { series.metric[$0] ?? "" }.joined(separator: " "), series.value)
    }
    #expect(Set(pairs.map(\.0)).count == count, "\(labels) do not tell apart: \(self)")
    return Dictionary(pairs) { first, _ in first }
  }
}
