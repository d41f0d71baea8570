// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
internal import Report

extension Text {
  /// A rate in at most 6 characters: `0`, `0.4`, `12`; what is not nothing is not 0.
  mutating func append(rate: Double) {
    if rate >= 9.95 { return append(count: UInt64(min(rate.rounded(), 1e15))) }
    let tenths = UInt64((max(0, rate) * 10).rounded())
    if tenths == 0 { return append(rate > 0 ? "<0.1" : "0") }
    append(tenths / 10)
    append(".")
    append(tenths % 10)
  }

  /// A quantile, `?` where what was opened has told nothing, `-` where nothing was opened.
  mutating func append(_ part: Double, of histogram: Histogram, opened: UInt64) {
    if let value = histogram.quantile(part) { return append(duration: value) }
    append(opened > 0 ? "?" : "-")
  }

  mutating func append(_ age: Live.Age) {
    if age.isAtLeast { append(">=") }
    append(duration: age.nanoseconds)
  }

  /// `< 8080`, `> 5432`, `? 22`, `> other`; `nginx/1234`, `?`, `other`.
  mutating func append(_ name: Entry.Name, within width: Int) {
    switch name {
    case .service(let service):
      append(service.role.mark)
      append(" ")
      if let port = service.port { append(port) } else { append("other") }
    case .owner(let owner):
      if let process = owner.process {
        append(process, within: width)
      } else {
        append("other")
      }
    }
  }

  /// `43 % (12012 of 28232) to 10.0.0.9:5432`
  mutating func append(_ use: PortUse) {
    append(percent(use.used, of: use.range))
    append(" (")
    append(UInt64(use.used))
    append(" of ")
    append(UInt64(use.range))
    append(") to ")
    append(use.remote, port: use.remotePort)
  }
}

extension Role {
  /// Who opened, as in a line of `trace`.
  var mark: StaticString {
    switch self {
    case .server: "<"
    case .client: ">"
    case .unknown: "?"
    }
  }
}
