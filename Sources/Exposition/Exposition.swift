// SPDX-License-Identifier: Apache-2.0
public import Metrics
public import Report

/// A snapshot as metrics text.
public struct Exposition: Sendable {
  public var snapshot: Snapshot
  public var tracer: TracerFacts

  public init(_ snapshot: Snapshot, by tracer: TracerFacts) {
    self.snapshot = snapshot
    self.tracer = tracer
  }

  public func write(_ format: Format, to text: inout Text) {
  }
}
