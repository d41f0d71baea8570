// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics

/// What there is of connections now.
extension Family {
  static let connections = [
    Family(
      "synfin_connections", .gauge, by: "state", "role", "port",
      help: "Connections by the state of their socket."
    ) { exposition in
      exposition.services.flatMap { row in
        row.told.seen.counted.map { state, _ in
          Sample(
            .word(state.name), .role(row.service.role), .port(row.service.port),
            value: .count(row.told.live.states[state]))
        }
      }
    },
    Family(
      "synfin_close_wait_oldest_seconds", .gauge, in: "seconds", by: "port",
      help: "How long the oldest connection in CLOSE_WAIT has been there; 0 where there is none."
    ) { exposition in
      var oldest: [UInt16?: UInt64] = [:]
      for row in exposition.services where row.told.seen[.closeWait] > 0 {
        let age = row.told.live.closeWaitOldest?.nanoseconds ?? 0
        oldest[row.service.port] = max(oldest[row.service.port] ?? 0, age)
      }
      return oldest.sorted { $0.key.order < $1.key.order }
        .map { Sample(.port($0), value: .billionths($1)) }
    },
  ]
}
