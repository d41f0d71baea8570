// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// The metrics that every exporter has of itself, under the names that they have in all of them. When
/// counting began is one of them.
extension Family {
  static let process = [
    Family(
      "process_cpu_seconds_total", .counter, in: "seconds",
      help: "Processor time of synfin, in user mode and in the kernel."
    ) { exposition in
      exposition.tracer.process.map { [Sample(value: .billionths($0.cpuTime))] } ?? []
    },
    Family(
      "process_resident_memory_bytes", .gauge, in: "bytes",
      help: "Memory of synfin that is resident.",
      value: { $0.tracer.process.map { .count($0.residentBytes) } }),
    Family(
      "process_virtual_memory_bytes", .gauge, in: "bytes",
      help: "Addresses that synfin has mapped.",
      value: { $0.tracer.process.map { .count($0.virtualBytes) } }),
    Family(
      "process_open_fds", .gauge,
      help: "Descriptors that synfin has open.",
      value: { $0.tracer.process?.openDescriptors.map(Sample.Value.count) }),
    Family(
      "process_max_fds", .gauge,
      help: "How many descriptors synfin may have open.",
      value: { $0.tracer.process?.maxDescriptors.map(Sample.Value.count) }),
    Family(
      "process_start_time_seconds", .gauge, in: "seconds",
      help: "When synfin was started, since the Unix epoch.",
      value: { $0.tracer.process.map { .billionths($0.startedAt) } }),
  ]
}
