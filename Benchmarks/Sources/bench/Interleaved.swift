// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// One run of a load under one tracer, between two runs without any.
struct Sample {
  let tracer: String
  let load: Load
  /// Of the two neighbours: mean rate, and mean CPU time of a connection.
  let baseRate, baseMicroseconds: Double
  /// CPU seconds of the tool per million state changes, its start not counted.
  let user, total: Double
  let seen: Seen
  /// State changes that happened and that the tool did not see. Below 0 it saw other traffic too.
  let lost: Double
  let lines: Int
  /// Bytes resident at the peak.
  let peak: Double

  /// Connection rate under the tracer to that without.
  var ratio: Double { load.rate / baseRate }

  /// What a state change costs the load, in nanoseconds.
  var price: Double {
    (load.microseconds - baseMicroseconds) * 1000 / (load.events / load.connections)
  }
}

/// All runs of one shape.
struct Interleaved {
  let shape: Shape
  var bases: [Load] = []
  var samples: [Sample] = []
  /// The price that the method finds for no tracer at all, sign taken off: a base compared with the
  /// bases before and after it, in nanoseconds for a state change.
  var noise: [Double] = []

  /// How far the median price of a tracer may be off.
  var priceError: Double { doubt(noise, of: shape.rounds) }

  /// A figure of one tracer over all rounds.
  func spread(_ tracer: String, _ figure: (Sample) -> Double) -> Spread {
    Spread(samples.filter { $0.tracer == tracer }.map(figure))
  }
}

extension Lab {
  /// Runs a load under each tracer in turn.
  func interleave(_ shape: Shape, _ tracers: [Tracer]) throws(Trouble) -> Interleaved {
    var result = Interleaved(shape: shape)
    for number in 0..<shape.rounds {
      note("bench: \(shape.name), round \(number + 1) of \(shape.rounds)")
      let round = try round(number, of: tracers) { lab throws(Trouble) in
        try lab.base(shape)
      } under: { lab, tracer throws(Trouble) in
        try lab.measure(tracer, shape)
      }
      result.bases += round.bases
      result.noise += round.noise { $0.microseconds * 1000 / ($0.events / $0.connections) }
      result.samples += round.turns.map { $0.under.sample($0.tracer, $0.before, $0.after) }
    }
    return result
  }

  private func base(_ shape: Shape) throws(Trouble) -> Load {
    // The last run's namespace is still being torn down, on somebody's CPU.
    try waiter.pause(0.4)
    return try storm(shape)
  }

  private func measure(_ tracer: Tracer, _ shape: Shape) throws(Trouble) -> Under {
    let running = try start(tracer)
    try waiter.pause(0.2)
    let load = try storm(shape)
    // Longer than any tool waits between two looks at its buffer.
    try waiter.pause(0.4)
    let peak = running.process.memory("VmHWM") ?? .nan
    return Under(load: load, finished: try finish(running), peak: peak)
  }
}

/// A run under a tracer, not yet compared with its neighbours.
private struct Under {
  let load: Load
  let finished: Finished
  let peak: Double

  func sample(_ tracer: Tracer, _ before: Load, _ after: Load) -> Sample {
    let millions = load.events / 1e6
    let user = max(0, finished.user - tracer.startUp.user)
    let system = max(0, finished.system - tracer.startUp.system)
    let truth = tracer.countsListeners ? load.eventsWithListeners : load.events
    return Sample(
      tracer: tracer.name, load: load,
      baseRate: (before.rate + after.rate) / 2,
      baseMicroseconds: (before.microseconds + after.microseconds) / 2,
      user: user / millions, total: (user + system) / millions, seen: finished.seen,
      lost: truth - Double(finished.seen.events), lines: finished.lines, peak: peak)
  }
}
