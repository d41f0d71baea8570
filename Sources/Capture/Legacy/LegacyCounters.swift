// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// What was lost on its way from classic tracepoints: records that found no room, and, where the kernel
/// counts it (6.7), programs that it skipped because another one was running on that CPU.
struct LegacyCounters {
  let rings: PerfRings
  let state: BPFProgram
  /// In the order in which the plan has them: received, sent.
  let resets: [BPFProgram]

  private static let hooks = [
    "transitions", "tcp_receive_reset", "tcp_send_reset", "listeners",
  ]

  func read() -> Losses {
    var losses = Losses()
    losses.guardBalance = Int64(clamping: state.recursionMisses())
    if resets.count == 2 {
      losses.guarded.resetsReceived = resets[0].recursionMisses()
      losses.guarded.resetsSent = resets[1].recursionMisses()
    }
    losses.ring = rings.countLosses()
    return losses
  }

  var detail: [String] {
    var lines = rings.detail(Self.hooks)
    let skipped = zip(Self.hooks, [state] + resets).map { ($0, $1.recursionMisses()) }
    let told = skipped.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
    if !told.isEmpty { lines.append("guard: " + told.joined(separator: ", ")) }
    return lines
  }
}
