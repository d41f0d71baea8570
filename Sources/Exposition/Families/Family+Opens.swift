// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics

/// How connections came to be, and how long that took.
extension Family {
  static let opens = [
    Family(
      "synfin_connections_opened_total", .counter, by: "role", "port",
      help: "Connections whose handshake was completed."
    ) { exposition in
      exposition.services.filter(\.isOpening).map { Sample($0, value: .count($0.counters.opened)) }
    },
    Family(
      "synfin_connection_failures_total", .counter, by: "role", "port", "reason",
      help: "Connections that were never opened, by what became of the attempt."
    ) { exposition in
      exposition.services.flatMap { row in
        row.counters.failures.counted.map { Sample(row, $0.word.name, value: .count($0.count)) }
      }
    },
    Family(
      "synfin_connect_duration_seconds", .histogram, in: "seconds", by: "port",
      help: "From SYN_SENT to ESTABLISHED, of connections that this host opened."
    ) { exposition in
      // Only a client's have a duration: one row a port.
      exposition.services.filter { $0.service.role == .client }
        .compactMap { Sample($0, $0.counters.connectTime) }
        .map { Sample($0.labels[1], value: $0.value, since: $0.since) }
    },
    Family(
      "synfin_handshake_rtt_seconds", .histogram, in: "seconds", by: "role", "port",
      help: "One true round trip of the handshake, of connections where it is known."
    ) { exposition in
      exposition.services.compactMap { Sample($0, $0.counters.handshakeRTT) }
    },
    Family(
      "synfin_handshake_rtt_unknown_total", .counter, by: "role", "reason",
      help: "Connections opened of which no round trip is known, by why."
    ) { exposition in
      let snapshot = exposition.snapshot
      return [Role.server, .client, .unknown].flatMap { role in
        (snapshot.rttUnknown[role]?.counted ?? []).map {
          Sample(
            .role(role), .word($0.word.name), value: .count($0.count), since: snapshot.startedAt)
        }
      }
    },
    Family(
      "synfin_handshake_retransmits_total", .counter, by: "role", "port",
      help: "SYNs and SYN-ACKs that were sent again, also of attempts that failed."
    ) { exposition in
      guard exposition.snapshot.tellsHandshakes else { return [] }
      return exposition.services.filter(\.isOpening).map {
        Sample($0, value: .count($0.counters.handshakeRetrans))
      }
    },
  ]
}
