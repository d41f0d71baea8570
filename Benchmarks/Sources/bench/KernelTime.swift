// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Harness

/// What the kernel's own statistics say of a tracer's programs, over one run.
struct KernelTime {
  let tracer: String
  let counters: ProgramCounters
  /// State changes in that run.
  let events: Double

  /// Time inside BPF programs for one state change, all of the tool's hooks together.
  var nanosecondsPerEvent: Double { counters.nanoseconds / events }
  var runsPerEvent: Double { counters.runs / events }
}

extension Lab {
  /// One short run with the statistics on. They cost time themselves, so this run gives no price.
  func kernelTime(_ tracer: Tracer, _ shape: Shape) throws(Trouble) -> KernelTime? {
    try attempt("BPF time of \(tracer.name)") { lab throws(Trouble) in
      let statistics = try Descriptor(adopting: clinux_bpf_stats(), "BPF statistics")
      let running = try lab.start(tracer)
      try lab.waiter.pause(0.3)
      let before = running.process.programs
      let load = try lab.storm(shape)
      var counters = running.process.programs
      guard counters.programs > 0 else { throw .failed("holds no program descriptor") }
      counters.runs -= before.runs
      counters.nanoseconds -= before.nanoseconds
      counters.skipped -= before.skipped
      _ = try lab.finish(running)
      _ = statistics
      return KernelTime(tracer: tracer.name, counters: counters, events: load.events)
    }
  }
}
