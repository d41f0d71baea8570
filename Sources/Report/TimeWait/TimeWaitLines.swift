// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// What waits on this host at one moment, for people: of each network namespace how many, a table of
/// local ports, and one of remotes.
public struct TimeWaitLines: ~Copyable {
  public var text = Text()
  private var width: Int
  private let host: UInt32?
  private let rows: Int
  /// What `?` stands for is said once.
  private var hasExplained = false

  /// - Parameters:
  ///   - width: how many columns there are; at least 80 are used.
  ///   - host: the inode number of the network namespace that needs no name; `nil` for none.
  ///   - rows: how many a table has at most.
  public init(width: Int, host: UInt32? = nil, rows: Int = 20) {
    self.width = max(width, 80)
    self.host = host
    self.rows = max(rows, 0)
  }

  /// Adapts to a terminal that has become wider or narrower.
  public mutating func resize(_ width: Int) { self.width = max(width, 80) }

  /// - Parameter growth: has been given the censuses so far; it says when a range will be full.
  public mutating func census(_ census: TimeWaitCensus, growth: Growth) {
    let namespaces = census.namespaces.filter(\.isWorthALine)
    if namespaces.isEmpty { return text.append("no TIME_WAIT\n") }
    let ports = PortTable(width: width, rows: rows, now: census.at)
    let remotes = RemoteTable(width: width, rows: rows)
    var hasUnknown = false
    for (index, namespace) in namespaces.enumerated() {
      if index > 0 { text.append("\n") }
      heading(namespace, isNamed: namespaces.count > 1 || namespace.inode != host)
      ports.append(namespace.ports, to: &text)
      remotes.append(namespace, growth, to: &text)
      hasUnknown = hasUnknown || ports.hasOnlyUnknown(namespace.ports)
    }
    if hasUnknown, !hasExplained {
      hasExplained = true
      text.append(
        "\n? not known, as of all that was left before: --duration 60 tells who leaves more\n")
    }
  }

  /// `netns 4026531840: 1234 TIME_WAIT, 12 FIN_WAIT2, kernel counts 1246, drift 0, …`, on as many
  /// lines as it takes.
  private mutating func heading(_ namespace: TimeWaitCensus.Namespace, isNamed: Bool) {
    var parts = [
      "\(namespace.timeWait) TIME_WAIT", "\(namespace.finWait2) FIN_WAIT2",
      "kernel counts \(namespace.facts?.minis.map(String.init) ?? "?")",
    ]
    if let drift = namespace.drift { parts.append("drift \(drift)") }
    if let limit = namespace.facts?.limit {
      let minis = namespace.facts?.minis ?? namespace.timeWait + namespace.finWait2
      parts.append("limit \(limit) (\(percent(minis, of: limit)))")
    }
    if isNamed { parts[0] = "netns \(namespace.inode): \(parts[0])" }
    var length = 0
    for (index, part) in parts.enumerated() {
      let comma = index < parts.count - 1 ? 1 : 0
      if index > 0, length + part.utf8.count + comma > width {
        text.append("\n ")
        length = 2
      }
      if index > 0 { text.append(" ") }
      text.append(part)
      length += part.utf8.count + 2
      if comma > 0 { text.append(",") }
    }
    text.append("\n")
  }
}

extension TimeWaitCensus.Namespace {
  /// Whether anything waits, should wait, or takes several ports of the range.
  fileprivate var isWorthALine: Bool {
    timeWait + finWait2 > 0 || facts?.minis ?? 0 > 0 || remotes.contains { $0.used > 1 }
  }
}

/// `41 %`; what is not nothing is not 0 %, and what is not all is not 100 %.
package func percent(_ part: Int, of whole: Int) -> String {
  if whole <= 0 { return "?" }
  let rounded = (part * 100 + whole / 2) / whole
  if part > 0, rounded == 0 { return "<1 %" }
  if part < whole, rounded == 100 { return ">99 %" }
  return "\(rounded) %"
}

/// The rows of a table that are shown. The table is sorted, most first; a row that counts 1 says
/// little, and there may be thousands, so that those are shown only where all fit.
func firstRows<Row>(_ rows: [Row], limit: Int, count: (Row) -> Int) -> ArraySlice<Row> {
  rows.count <= limit ? rows[...] : rows.prefix(limit).prefix { count($0) > 1 }
}
