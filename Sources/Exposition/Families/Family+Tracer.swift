// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
internal import Report

/// What the tracer received, what it lost, and what its programs cost.
extension Family {
  static let tracer = [
    Family(
      "synfin_events_total", .counter,
      help: "State transitions that were received.",
      value: { .count($0.snapshot.transitions) }),
    Family(
      "synfin_events_lost_total", .counter, by: "stage",
      help: "Records that were lost, by where."
    ) { exposition in
      exposition.snapshot.losses.stages.map {
        Sample(.word($0.name), value: .count($0.count), since: exposition.snapshot.startedAt)
      }
    },
    Family(
      "synfin_port_overflow_total", .counter,
      help: "Connections and failed attempts counted as port other for want of a place.",
      value: { .count($0.snapshot.beyondPorts) }),
    Family(
      "synfin_attachments_total", .counter,
      help: "How often the programs have been attached.",
      value: { .count($0.snapshot.attachments) }),
    Family(
      "synfin_attached_timestamp_seconds", .gauge, in: "seconds",
      help: "When the programs were attached last, since the Unix epoch.",
      value: { .billionths($0.snapshot.sinceEpoch($0.snapshot.attachedAt)) }),
    Family(
      "synfin_bpf_run_seconds_total", .counter, in: "seconds", by: "program",
      help: "Time that the BPF programs ran, where the kernel keeps statistics."
    ) { exposition in
      exposition.byProgram { .billionths($0.nanoseconds) }
    },
    Family(
      "synfin_bpf_runs_total", .counter, by: "program",
      help: "How often the BPF programs ran, where the kernel keeps statistics."
    ) { exposition in
      exposition.byProgram { .count($0.runs) }
    },
    Family(
      "synfin_build_info", .gauge, by: "version", "kernel",
      help: "1, by what tells this and which kernel it is told by."
    ) { exposition in
      let tracer = exposition.tracer
      return [Sample(.text(tracer.version), .text(tracer.kernel ?? "unknown"), value: .count(1))]
    },
  ]
}

extension Exposition {
  /// Over all attachments, as everything else.
  fileprivate func byProgram(_ value: (ProgramRuns) -> Sample.Value) -> [Sample] {
    snapshot.programs.map {
      Sample(.text($0.name), value: value($0), since: snapshot.startedAt)
    }
  }
}

extension Snapshot {
  /// A time of CLOCK_MONOTONIC as nanoseconds since the Unix epoch, in whole milliseconds: the offset is
  /// measured anew each time, and a moment that has passed is to stay where it is.
  func sinceEpoch(_ at: UInt64) -> UInt64 {
    let time = UInt64(max(0, Int64(truncatingIfNeeded: at) &+ offsetToEpoch))
    return (time + 500_000) / 1_000_000 * 1_000_000
  }
}
