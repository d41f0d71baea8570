// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// Remotes with how much of the ephemeral range is taken towards each.
struct RemoteTable {
  /// At most.
  let rows: Int
  /// 15 is an IPv4 address, and 39 the longest.
  private var local = 15
  private var remote = Layout.endpoint
  private var hasFinWait2 = false

  private static let miniWidth = 9
  private static let liveWidth = 5
  private static let usedWidth = 6
  private static let rangeWidth = 5
  private static let shareWidth = 5
  private static let timeWidth = 7

  /// All of it fits in 80 columns; where there are more, what was left out or cut comes first.
  init(width: Int, rows: Int) {
    self.rows = rows
    if width >= 90 { hasFinWait2 = true }
    if width >= 116 { remote = Layout.longestEndpoint }
    if width >= 140 { local = 39 }
  }

  func append(_ namespace: TimeWaitCensus.Namespace, _ growth: Growth, to text: inout Text) {
    let remotes = namespace.remotes
    if remotes.isEmpty { return }
    let shown = firstRows(remotes, limit: rows, count: \.used)
    if !namespace.ports.isEmpty { text.append("\n") }
    if !shown.isEmpty { header(to: &text) }
    for remote in shown {
      row(remote, growth.secondsUntilFull(remote, netns: namespace.inode), to: &text)
    }
    let rest = remotes[shown.endIndex...]
    if rest.isEmpty { return }
    text.append(shown.isEmpty ? "\(rest.count)" : "... and \(rest.count) more")
    text.append(rest.count == 1 ? " remote" : " remotes")
    text.append(" with \(rest.reduce(0) { $0 + $1.used }) used\n")
  }

  private func header(to text: inout Text) {
    text.cell(local) { $0.append("LOCAL") }
    text.title("REMOTE", remote)
    text.title("TIME_WAIT", Self.miniWidth, .right)
    if hasFinWait2 { text.title("FIN_WAIT2", Self.miniWidth, .right) }
    text.title("LIVE", Self.liveWidth, .right)
    text.title("USED", Self.usedWidth, .right)
    text.title("RANGE", Self.rangeWidth, .right)
    text.title("SHARE", Self.shareWidth, .right)
    text.title("FULL IN", Self.timeWidth, .right)
    text.append("\n")
  }

  private func row(_ row: TimeWaitCensus.Remote, _ seconds: UInt64?, to text: inout Text) {
    let start = text.count
    text.append(row.local)
    if text.count - start > local {
      text.truncate(to: start + local - 2)
      text.append("..")
    }
    text.insertSpaces(start + local - text.count, at: text.count)
    text.append(" ")
    text.cell(remote, row.remote, port: row.remotePort)
    number(row.timeWait, Self.miniWidth, to: &text)
    if hasFinWait2 { number(row.finWait2, Self.miniWidth, to: &text) }
    number(row.live, Self.liveWidth, to: &text)
    number(row.used, Self.usedWidth, to: &text)
    number(row.range, Self.rangeWidth, to: &text)
    text.append(" ")
    text.cell(Self.shareWidth, .right) { $0.append(percent(row.used, of: row.range)) }
    text.append(" ")
    text.cell(Self.timeWidth, .right) { text in
      switch seconds {
      case nil: text.append("-")
      case 0?: text.append("now")
      // No more digits than are known.
      case let seconds? where seconds < 60: text.append(coarseDuration: seconds * 1_000_000_000)
      case let seconds?: text.append(duration: seconds * 1_000_000_000)
      }
    }
    text.append("\n")
  }

  /// There are no 100 000 ports; a number that says so all the same loses no digit.
  private func number(_ number: Int, _ width: Int, to text: inout Text) {
    text.append(" ")
    text.cell(width, .right) { text in
      if width < 6, number > 99_999 { return text.append(">99K") }
      text.append(count: UInt64(max(number, 0)))
    }
  }
}
