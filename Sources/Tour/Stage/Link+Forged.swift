// SPDX-License-Identifier: Apache-2.0

/// Segments that nobody sends now, and what is said to them.
extension Link {
  /// Delivers one, waits until the other side has answered, and gives what its kernel counted meanwhile.
  package func provoke(
    _ side: Side, _ what: String, _ forge: () throws -> Void
  ) throws -> (before: Counters, after: Counters) {
    let before = try counters(side)
    let count = packets.count { $0.from == side && !$0.isForged }
    try forge()
    try wait(for: "an answer to \(what)", count + 1, from: side) { _ in true }
    return (before, try counters(side))
  }

  /// One side answers each such segment, instead of one in half a second. Never both, for two that disagree
  /// would answer each other without end.
  package func answerAll(_ side: Side) throws { try host(side).set("tcp_invalid_ratelimit", "0") }

  /// Waits until the other side has answered a segment with an ACK.
  package func waitForACK(of transit: Transit) throws {
    try wait(for: "an ACK", from: transit.from.other) {
      $0.isBareACK && $0.acknowledges(transit) && $0.takenAt ?? 0 > transit.takenAt ?? 0
    }
  }
}

extension Evidence {
  /// What nobody sent, in order.
  package var forged: [Segment] { (segments ?? []).filter(\.isForged) }

  /// The first that its receiver has sent since.
  package func answer(to segment: Segment) -> Segment? {
    segments(from: segment.from.other) { $0.at > segment.at && !$0.isForged }.first
  }
}
