// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// What one system call takes beside each tracer, in nanoseconds of CPU time.
struct CallTimes {
  /// A call that is looked at.
  enum Call: String {
    /// One that does next to nothing, of a process that has no connections: what all others pay.
    case null
    /// accept4() of a connection that waits.
    case accept
  }

  struct Sample {
    let tracer: String
    let nanoseconds: Double
    /// More than the mean of its two neighbours without a tracer.
    let more: Double
  }

  let call: Call
  let tracers: [String]
  let rounds: Int
  var bases: [Double] = []
  var samples: [Sample] = []
  /// What the method finds for no tracer at all, sign taken off.
  var noise: [Double] = []

  /// How far a median difference may be off.
  var error: Double { doubt(noise, of: rounds) }

  func spread(_ tracer: String, _ figure: (Sample) -> Double) -> Spread {
    Spread(samples.filter { $0.tracer == tracer }.map(figure))
  }
}

extension Lab {
  /// Times one call beside the given tracers, each run between two without any.
  func callTimes(_ call: CallTimes.Call, _ tracers: [Tracer]) throws(Trouble) -> CallTimes {
    let rounds = options.quick ? 3 : 9
    var result = CallTimes(call: call, tracers: tracers.map(\.name), rounds: rounds)
    for number in 0..<rounds {
      note("bench: \(call.rawValue) call, round \(number + 1) of \(rounds)")
      let round = try attempt("\(call.rawValue) call") { lab throws(Trouble) in
        try lab.round(number, of: tracers) { lab throws(Trouble) in
          try lab.time(call)
        } under: { lab, tracer throws(Trouble) in
          let running = try lab.start(tracer)
          try lab.waiter.pause(0.1)
          let nanoseconds = try lab.time(call)
          _ = try lab.finish(running)
          return nanoseconds
        }
      }
      guard let round else { continue }
      result.bases += round.bases
      result.noise += round.noise { $0 }
      result.samples += round.turns.map { turn in
        let base = (turn.before + turn.after) / 2
        return CallTimes.Sample(
          tracer: turn.tracer.name, nanoseconds: turn.under, more: turn.under - base)
      }
    }
    return result
  }

  private func time(_ call: CallTimes.Call) throws(Trouble) -> Double {
    let line = try figures("calls", [call.rawValue, "--milliseconds", "300"], within: 30)
    guard let nanoseconds = line["ns"] else { throw .failed("no time of a call") }
    return nanoseconds
  }
}
