// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics

/// How connections ended.
extension Family {
  static let closes = [
    Family(
      "synfin_connections_closed_total", .counter, by: "role", "port", "close", "first_fin",
      help: "Connections that ended, by how, and by who put the first FIN on the wire."
    ) { exposition in
      exposition.services.flatMap { row in
        row.counters.closes.inOrder.map {
          Sample(row, $0.close.name, $0.first?.name ?? "none", value: .count($0.count))
        }
      }
    },
    Family(
      "synfin_connection_duration_seconds", .histogram, in: "seconds", by: "role", "port",
      help: "From the open to the end, of connections whose opening was seen."
    ) { exposition in
      exposition.services.compactMap { Sample($0, $0.counters.lifetime) }
    },
  ]
}

extension Closes {
  /// In the vocabulary's order, so that a line stays where it is.
  fileprivate var inOrder: [(close: Close, first: FirstFIN?, count: UInt64)] {
    counted.sorted {
      ($0.close.rawValue, $0.first?.rawValue ?? .max)
        < ($1.close.rawValue, $1.first?.rawValue ?? .max)
    }
  }
}
