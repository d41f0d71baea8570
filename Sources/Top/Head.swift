// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
internal import Report

/// The lines above the tables: the host as a whole, and what of it was lost.
struct Head {
  let lines: [String]

  init(_ frame: Frame, _ time: inout LocalTime) {
    let total = frame.total
    let live = total.row.live
    var text = Text()
    text.append("synfin top ")
    time.append(frame.at, to: &text)
    text.append(", up ")
    text.append(duration: frame.at - min(frame.startedAt, frame.at))
    text.append("; ")
    text.append(rate: frame.eventRate)
    text.append(" events/s, lost ")
    text.append(frame.losses.total)
    let stages = frame.losses.stages.filter { $0.count > 0 }
    if !stages.isEmpty {
      text.append(" (" + stages.map { "\($0.name) \($0.count)" }.joined(separator: ", ") + ")")
    }
    var lines = [String(decoding: text.bytes, as: UTF8.self)]
    text.clear()
    text.append(live.open)
    text.append(" open, ")
    text.append(live.opening)
    text.append(" opening; new ")
    text.append(rate: total.rates.opened)
    text.append("/s, failed ")
    text.append(rate: total.rates.failed)
    text.append("/s, closed ")
    text.append(rate: total.rates.closed)
    text.append("/s; CLOSE_WAIT ")
    text.append(live.closeWait)
    lines.append(String(decoding: text.bytes, as: UTF8.self))
    text.clear()
    if live.tellsMinis {
      text.append(UInt64(live.timeWait))
      text.append(" TIME_WAIT, ")
      text.append(UInt64(live.finWait2))
      text.append(" FIN_WAIT2")
    } else {
      text.append("TIME_WAIT ?, FIN_WAIT2 ?")
    }
    if let use = frame.fullest, use.used > 0 {
      text.append("; ports used ")
      text.append(use)
    }
    lines.append(String(decoding: text.bytes, as: UTF8.self))
    self.lines = lines
  }
}
