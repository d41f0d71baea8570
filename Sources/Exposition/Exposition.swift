// SPDX-License-Identifier: Apache-2.0
public import Metrics
public import Report

/// A snapshot as metrics text.
public struct Exposition: Sendable {
  public let snapshot: Snapshot
  public let tracer: TracerFacts
  /// The snapshot's services, in the order in which they are written.
  let services: [ServiceEntry]

  public init(_ snapshot: Snapshot, by tracer: TracerFacts) {
    self.snapshot = snapshot
    self.tracer = tracer
    services = snapshot.services.map(ServiceEntry.init).sorted { $0.order < $1.order }
  }

  /// Appends every metric that there is a number for.
  public func write(_ format: Format, to text: inout Text) {
    switch format {
    case .text: text.lines(of: self, isOpenMetrics: false)
    case .openMetrics: text.lines(of: self, isOpenMetrics: true)
    case .json: text.object(of: self)
    }
  }
}

/// A service, and what is told of it.
struct ServiceEntry {
  let service: Service
  let told: ServiceRow

  var counters: ServiceCounters { told.counters }

  /// By role, then by port; those that have no place of their own are last.
  var order: (UInt8, UInt32) { (service.role.rawValue, service.port.order) }

  /// Whether it is known who opened these connections: a 0 says then that there was none.
  var isOpening: Bool { service.role != .unknown || counters.opened > 0 }
}

extension UInt16? {
  /// Ports as they are written: by number, `other` last.
  var order: UInt32 { map(UInt32.init) ?? .max }
}
