// SPDX-License-Identifier: Apache-2.0

/// Something that was measured in this run.
package struct Fact: Sendable {
  package let name: String
  package let value: Value
  /// Where it was read.
  package let source: String

  package init(name: String, value: Value, source: String) {
    self.name = name
    self.value = value
    self.source = source
  }

  package enum Value: Sendable, Equatable {
    /// Nanoseconds.
    case duration(UInt64)
    /// A number of something: `3 segments`; the unit may be empty.
    case count(Int, String)
    case text(String)
    /// It cannot be known here, and why.
    case unknown(String)
  }
}

extension Fact.Value {
  /// Of an object in `/proc/slabinfo`.
  static func bytes(_ count: Int?) -> Fact.Value {
    count.map { .count($0, "bytes") } ?? .unknown("/proc/slabinfo does not tell")
  }
}
