// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// Measures what tracing costs, side by side with the leanest possible tracer and with a known tool.
@main struct Bench {
  static func main() {
    let options = Options()
    runAsRoot("bench", because: "as the tracers must") { () throws(Trouble) in
      try run(options)
    }
  }

  /// Everything that has to be undone at the end lives in here, not in `main`: `exit` undoes nothing.
  private static func run(_ options: Options) throws(Trouble) -> Int32 {
    for path in [options.synfin, options.floorObject] where access(path, R_OK) != 0 {
      throw .failed("no \(path)")
    }
    let began = now()
    let report = try Lab(options).measure()
    note("bench: took \((now() - began).fixed(0)) s")
    say(report.text)
    if let path = options.markdown { try write(report.text + "\n", to: path) }
    return options.strict && report.missed ? 1 : 0
  }
}

extension Lab {
  fileprivate func measure() throws(Trouble) -> Report {
    var tracers: [Tracer] = []
    var report = Report(options: options)
    for var tracer in Tracer.all(options, folder: folder.path) {
      if let start = try startUp(tracer) {
        tracer.startUp = (start.user, start.system)
        tracers.append(tracer)
        report.starts.append((tracer.name, start))
      } else {
        report.absent.append(tracer.name)
      }
    }
    let (flat, oneCore) = (Shape.flat(options), Shape.oneCore(options))
    _ = try storm(oneCore)  // Warms caches up.
    report.shapes = [try interleave(flat, tracers), try interleave(oneCore, tracers)]
    for tracer in tracers {
      if let time = try kernelTime(tracer, oneCore) { report.kernel.append(time) }
    }
    for tracer in tracers where tracer.kind != .tcpstates {
      if let share = try idle(tracer) { report.idle.append((tracer.name, share)) }
    }
    for tracer in tracers where ["top", "metrics", "floor"].contains(where: tracer.name.contains) {
      if let steady = try steady(tracer) { report.steady.append((tracer.name, steady)) }
    }
    for tracer in tracers where ["synfin trace --json", "floor"].contains(tracer.name) {
      var runs: [Memory] = []
      for _ in 0..<(options.quick ? 1 : 3) {
        if let memory = try memory(tracer) { runs.append(memory) }
      }
      if !runs.isEmpty { report.memory.append((tracer.name, runs)) }
    }
    for tracer in tracers where tracer.attachedLine != nil {
      if let before = try before(tracer) { report.before.append((tracer.name, before)) }
    }
    report.calls = [
      try callTimes(.null, Tracer.callers(options)),
      try callTimes(.accept, Tracer.acceptors(options)),
    ]
    report.followIdle = try attempt("following nothing") { lab throws(Trouble) in
      try lab.follow()
    }
    for first in Waiting.First.allCases {
      if let census = try census(first) { report.censuses.append(census) }
    }
    report.recordings = try recordings()
    return report
  }
}
