// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// A sequence of records as the kernel gives it, and what must be said of each connection in it.
struct Scenario: CustomTestStringConvertible, Sendable {
  let name: String
  let records: [Record]
  let truth: [Truth]

  var testDescription: String { name }

  init(_ name: String, _ truth: Truth..., script: (inout Script) -> Void) {
    self.name = name
    self.truth = truth
    var written = Script()
    script(&written)
    records = written.records
  }
}

/// The words and values that one connection deserves; what is not given is null.
struct Truth: Equatable, Sendable {
  var open: Open? = .active
  var result: OpenResult? = .established
  var close: Close?
  var firstFIN: FirstFIN?
  var reset: Reset?
  var why: ResetReason?
  var endsIn: EndsIn? = .closed
  var via: EndsIn?
  var rtt: UInt32 = 0
  var rttUnknown: RTTUnknown = .notSeen
  var connectTime: UInt64?
  var isOwned = true

  /// An active open whose handshake is as the script's.
  static func active(
    _ close: Close?, _ firstFIN: FirstFIN? = nil, reset: Reset? = nil, why: ResetReason? = nil,
    endsIn: EndsIn? = .closed
  ) -> Truth {
    Truth(
      close: close, firstFIN: firstFIN, reset: reset, why: why, endsIn: endsIn, rtt: 40_123,
      connectTime: 110_000)
  }

  /// A passive one.
  static func passive(
    _ close: Close?, _ firstFIN: FirstFIN? = nil, reset: Reset? = nil, why: ResetReason? = nil,
    endsIn: EndsIn? = .closed, isOwned: Bool = true
  ) -> Truth {
    Truth(
      open: .passive, close: close, firstFIN: firstFIN, reset: reset, why: why, endsIn: endsIn,
      rtt: 40_321, isOwned: isOwned)
  }

  /// An open that failed.
  static func failed(_ result: OpenResult, reset: Reset? = nil) -> Truth {
    Truth(result: result, reset: reset, rttUnknown: .noSample)
  }

  init(
    open: Open? = .active, result: OpenResult? = .established, close: Close? = nil,
    firstFIN: FirstFIN? = nil, reset: Reset? = nil, why: ResetReason? = nil,
    endsIn: EndsIn? = .closed, via: EndsIn? = nil,
    rtt: UInt32 = 0, rttUnknown: RTTUnknown = .notSeen, connectTime: UInt64? = nil,
    isOwned: Bool = true
  ) {
    self.open = open
    self.result = result
    self.close = close
    self.firstFIN = firstFIN
    self.reset = reset
    self.why = why
    self.endsIn = endsIn
    self.via = via
    self.rtt = rtt
    self.rttUnknown = rttUnknown
    self.connectTime = connectTime
    self.isOwned = isOwned
  }

  /// What was said.
  init(_ end: ConnectionEnd) {
    self.init(
      open: end.connection.open, result: end.verdict.openResult, close: end.verdict.close,
      firstFIN: end.verdict.firstFIN, reset: end.verdict.reset, why: end.verdict.why,
      endsIn: end.verdict.endsIn, rtt: end.connection.rtt,
      rttUnknown: end.connection.rtt == 0 ? end.connection.rttUnknown : .notSeen,
      connectTime: end.connectTime, isOwned: end.connection.owner.isKnown)
    via = end.verdict.via
  }
}
