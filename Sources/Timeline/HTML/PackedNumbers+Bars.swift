// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Report

extension PackedNumbers {
  /// The states that a phase can be in; the last is none that is known.
  static let states: [TCPState?] =
    [.established, .synSent, .synRecv, .finWait1, .finWait2, .timeWait, .closed, .closeWait]
    + [.lastAck, .listen, .closing, nil]

  /// What is drawn of each bar, in nanoseconds since the run began; `page/bars.js` reads it.
  init(_ bars: [Bar], of run: Run) {
    self.init()
    var previous: Int64 = 0
    for bar in bars {
      append(Int(bar.outcome.rawValue))
      append(bar.beginning.number)
      append(bar.last.number)
      let from = Int64(truncatingIfNeeded: bar.from &- run.startedAt)
      append(signed: from &- previous)
      previous = from
      append(bar.endedAt.map { ended in bar.phases.count { $0.from < ended } + 1 } ?? 0)
      append(bar.phases.count)
      for phase in bar.phases {
        append(Self.states.firstIndex(of: phase.state) ?? Self.states.count - 1)
        append(phase.duration)
      }
    }
  }
}

extension LocalTime {
  /// µs since a run began.
  func since(_ run: Run, _ at: UInt64) -> Int64 {
    Int64(microseconds(at)) - Int64(microseconds(run.startedAt))
  }
}

extension Bar.Beginning {
  fileprivate var number: Int {
    switch self {
    case .seen: 0
    case .earlier: 1
    case .unknown: 2
    }
  }
}

extension Bar.Last {
  fileprivate var number: Int {
    switch self {
    case .over: 0
    case .goesOn: 1
    case .unknown: 2
    }
  }
}
