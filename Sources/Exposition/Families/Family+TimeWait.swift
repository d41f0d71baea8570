// SPDX-License-Identifier: Apache-2.0
internal import Metrics

/// What is left of connections that are over, and the ports that it takes.
extension Family {
  static let timeWait = [
    Family(
      "synfin_time_wait_sockets", .gauge, in: "sockets", by: "port", "substate",
      help: "Mini sockets by local port: TIME_WAIT, and orphans in FIN_WAIT2."
    ) { exposition in
      guard exposition.snapshot.tellsMinis else { return [] }
      // It is there on a quiet host as well.
      return exposition.snapshot.minis.merging([nil: MiniCount()]) { told, _ in told }
        .sorted { $0.key.order < $1.key.order }
        .flatMap { port, minis in
          [
            Sample(.port(port), .word("time_wait"), value: .count(minis.timeWait)),
            Sample(.port(port), .word("fin_wait2"), value: .count(minis.finWait2)),
          ]
        }
    },
    Family(
      "synfin_time_wait_drift_sockets", .gauge, in: "sockets",
      help: "Mini sockets that are followed, less those that the kernel counts.",
      value: { $0.snapshot.drift.map(Sample.Value.difference) }),
    Family(
      "synfin_time_wait_limit_sockets", .gauge, in: "sockets",
      help: "How many TIME_WAITs the kernel keeps at most (net.ipv4.tcp_max_tw_buckets).",
      value: { $0.snapshot.timeWaitLimit.map(Sample.Value.count) }),
    Family(
      "synfin_ephemeral_ports_used_ratio", .gauge, in: "ratio",
      help: "The greatest share of the ephemeral ports that goes to one remote address and port.",
      value: { $0.snapshot.portsUsed.map(Sample.Value.share) }),
  ]
}
