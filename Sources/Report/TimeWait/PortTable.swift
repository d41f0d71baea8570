// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// Local ports with what waits there, and whose it was.
struct PortTable {
  let width: Int
  /// At most.
  let rows: Int
  /// Nanoseconds of CLOCK_MONOTONIC.
  let now: UInt64

  private static let portWidth = 5
  private static let countWidth = 9
  private static let ageWidth = 6
  private static let ownersAt = portWidth + 2 * (1 + countWidth) + 1 + ageWidth + 1

  func append(_ ports: [TimeWaitCensus.Port], to text: inout Text) {
    let shown = firstRows(ports, limit: rows, count: \.minis)
    if !shown.isEmpty {
      text.cell(Self.portWidth, .right) { $0.append("PORT") }
      text.title("TIME_WAIT", Self.countWidth, .right)
      text.title("FIN_WAIT2", Self.countWidth, .right)
      text.title("OLDEST", Self.ageWidth, .right)
      text.append(" LEFT BY\n")
    }
    for port in shown { row(port, to: &text) }
    rest(of: ports, behind: shown.count, to: &text)
  }

  /// Whether of a port, or of those that are not shown, nobody knows whose they are.
  func hasOnlyUnknown(_ ports: [TimeWaitCensus.Port]) -> Bool {
    let shown = firstRows(ports, limit: rows, count: \.minis)
    let rest = ports[shown.endIndex...]
    return shown.contains { $0.unknown > 0 && $0.leftBy.isEmpty }
      || rest.contains { $0.unknown > 0 } && rest.allSatisfy(\.leftBy.isEmpty)
  }

  private func row(_ port: TimeWaitCensus.Port, to text: inout Text) {
    text.cell(Self.portWidth, .right) { $0.append(port.port) }
    for count in [port.timeWait, port.finWait2] {
      text.append(" ")
      text.cell(Self.countWidth, .right) { $0.append(count: UInt64(max(count, 0))) }
    }
    text.append(" ")
    text.cell(Self.ageWidth, .right) { text in
      guard let oldest = port.oldestAt else { return text.append(port.timeWait == 0 ? "-" : "?") }
      text.append(duration: now > oldest ? now - oldest : 0)
    }
    text.append(" ")
    text.append(shares(port.leftBy, port.unknown), within: width - Self.ownersAt)
    text.append("\n")
  }

  /// `... and 57 more ports with 123: curl/777 93 %, ? 7 %`
  private func rest(of ports: [TimeWaitCensus.Port], behind count: Int, to text: inout Text) {
    let rest = ports[count...]
    if rest.isEmpty { return }
    var (unknown, owners) = (0, [TimeWaitCensus.Share]())
    // Where a process is in `owners`, by its pid.
    var places: [UInt32: Int] = [:]
    for port in rest {
      unknown += port.unknown
      for share in port.leftBy {
        if let place = places[share.process.pid], owners[place].process == share.process {
          owners[place].count += share.count
        } else {
          places[share.process.pid] = owners.count
          owners.append(share)
        }
      }
    }
    owners.sort { ($1.count, $0.process.pid) < ($0.count, $1.process.pid) }
    let line = (count == 0 ? "" : "... and ") + "\(rest.count)" + (count == 0 ? "" : " more")
    let sum = rest.reduce(0) { $0 + $1.minis }
    let start = "\(line) \(rest.count == 1 ? "port" : "ports") with \(sum): "
    text.append(start)
    text.append(shares(owners, unknown), within: width - start.utf8.count)
    text.append("\n")
  }

  /// Most first, among them those of nobody that is known.
  private func shares(_ owners: [TimeWaitCensus.Share], _ unknown: Int) -> [TimeWaitCensus.Share] {
    if unknown == 0 && !owners.isEmpty { return owners }
    var shares = owners
    let place = shares.firstIndex { $0.count < unknown } ?? shares.count
    shares.insert(TimeWaitCensus.Share(process: .none, count: unknown), at: place)
    return shares
  }
}

extension TimeWaitCensus.Port {
  fileprivate var minis: Int { timeWait + finWait2 }
}

extension Text {
  /// 15 bytes of name, and a pid of up to 7 digits.
  private static let processWidth = 23

  /// `nginx/1234 93 %, curl/777 5 %, 3 more 2 %`; one alone has all.
  fileprivate mutating func append(_ shares: [TimeWaitCensus.Share], within width: Int) {
    if shares.count == 1 { return append(shares[0].process, within: Self.processWidth) }
    let start = count
    let all = shares.reduce(0) { $0 + $1.count }
    var left = all
    for (index, share) in shares.enumerated() {
      let before = count
      if index > 0 { append(", ") }
      append(share.process, within: Self.processWidth)
      append(" " + percent(share.count, of: all))
      let more = shares.count - index - 1
      let tail = more == 0 ? "" : ", \(more) more \(percent(left - share.count, of: all))"
      if count - start + tail.utf8.count > width {
        // This one and all that follow, as a number.
        truncate(to: before)
        if index == 0 { return append("\(shares.count) processes") }
        return append(", \(more + 1) more \(percent(left, of: all))")
      }
      left -= share.count
    }
  }
}
