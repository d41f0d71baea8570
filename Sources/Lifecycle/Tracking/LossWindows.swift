// SPDX-License-Identifier: Apache-2.0

/// When records may have been lost: spans of time, between one look at the kernel's counters and the
/// next. Bounded: where there are too many, the oldest two become one.
struct LossWindows: Sendable {
  private var spans: [ClosedRange<UInt64>] = []
  private static let limit = 64

  mutating func add(_ span: ClosedRange<UInt64>) {
    if let last = spans.last, span.lowerBound <= last.upperBound {
      // One that a single record has made may begin before.
      spans[spans.count - 1] =
        min(last.lowerBound, span.lowerBound)...max(last.upperBound, span.upperBound)
      return
    }
    if spans.count == Self.limit {
      spans[1] =
        min(
          spans[0].lowerBound, spans[1].lowerBound)...max(spans[0].upperBound, spans[1].upperBound)
      spans.removeFirst()
    }
    spans.append(span)
  }

  /// Whether a record may have been lost in `span`.
  func touch(_ span: ClosedRange<UInt64>) -> Bool {
    // Most runs lose nothing, and those that do are asked about what is recent.
    spans.last.map { $0.upperBound >= span.lowerBound } == true
      && spans.contains { $0.overlaps(span) }
  }
}
