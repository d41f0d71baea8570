// SPDX-License-Identifier: Apache-2.0
internal import Harness

/// What a scrape says: the value of each series. What is no metrics text is refused.
struct Scrape {
  let format: Format
  let text: String
  /// By name and labels, as they were written.
  private(set) var values: [String: Double] = [:]
  /// Of each family, by the name that TYPE has.
  private var types: [Substring: Substring] = [:]
  /// Series that never shrink.
  private(set) var cumulative: [String] = []

  enum Format: CaseIterable {
    case text
    case openMetrics
    /// The first, packed.
    case gzip
  }

  init(_ text: String, _ format: Format) throws(Trouble) {
    (self.format, self.text) = (format, text)
    guard text.hasSuffix("\n") else { throw .failed("a scrape without a last line's end") }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    if format == .openMetrics {
      guard lines.popLast() == "# EOF" else { throw .failed("an OpenMetrics text without EOF") }
    }
    for line in lines {
      if line.hasPrefix("#") { try takeComment(line) } else { try takeSample(line) }
    }
    guard !values.isEmpty else { throw .failed("an empty scrape") }
  }

  /// The sum of all series of a metric that have these labels.
  func sum(_ metric: String, _ labels: [String: String] = [:]) -> Double {
    series(metric, labels).reduce(0) { $0 + $1.value }
  }

  /// All series of a metric that have these labels.
  func series(
    _ metric: String, _ labels: [String: String] = [:]
  ) -> [(labels: [String: String], value: Double)] {
    values.compactMap { key, value in
      guard key == metric || key.hasPrefix(metric + "{") else { return nil }
      let all = Self.labels(of: key)
      return labels.allSatisfy({ all[$0.key] == $0.value }) ? (all, value) : nil
    }
  }

  /// No value of ours has a comma or a quotation mark.
  private static func labels(of key: String) -> [String: String] {
    guard let open = key.firstIndex(of: "{") else { return [:] }
    var labels: [String: String] = [:]
    for pair in key[key.index(after: open)...].dropLast().split(separator: ",") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { labels[String(parts[0])] = String(parts[1].dropFirst().dropLast()) }
    }
    return labels
  }

  private mutating func takeComment(_ line: Substring) throws(Trouble) {
    let words = line.split(separator: " ", maxSplits: 3)
    guard words.count >= 3, ["HELP", "TYPE", "UNIT"].contains(words[1]) else {
      throw .failed("an odd comment: \(line)")
    }
    guard words[1] == "TYPE" else { return }
    guard words.count == 4, types.updateValue(words[3], forKey: words[2]) == nil else {
      throw .failed("a type without a word, or twice: \(line)")
    }
  }

  private mutating func takeSample(_ line: Substring) throws(Trouble) {
    guard let gap = line.lastIndex(of: " "),
      let value = Double(line[line.index(after: gap)...])
    else { throw .failed("an odd sample: \(line)") }
    let key = line[..<gap]
    let name = key.prefix { $0 != "{" && $0 != " " }
    guard !name.isEmpty, name.count == key.count || key.last == "}", let kind = kind(of: name)
    else { throw .failed("an odd sample: \(line)") }
    guard values.updateValue(value, forKey: String(key)) == nil else {
      throw .failed("a series twice: \(line)")
    }
    if kind { cumulative.append(String(key)) }
  }

  /// Whether a sample of this name never shrinks; `nil` where its family has no type.
  private func kind(of name: Substring) -> Bool? {
    if let type = types[name] { return type == "counter" }
    for suffix in ["_total", "_bucket", "_sum", "_count", "_created", "_info"]
    where name.hasSuffix(suffix) {
      guard let type = types[name.dropLast(suffix.count)] else { continue }
      let isCount = suffix != "_created" && suffix != "_info"
      return isCount && (type == "counter" || type == "histogram")
    }
    return nil
  }
}
