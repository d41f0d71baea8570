// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// Runs of one tracer without load.
struct StartUp {
  /// Milliseconds from the start of the process to `attached`.
  let milliseconds: Spread
  /// CPU seconds of such a run: median.
  let user, system: Double
}

extension Lab {
  /// Starts and stops a tracer several times; nil if it does not run here.
  func startUp(_ tracer: Tracer) throws(Trouble) -> StartUp? {
    note("bench: start of \(tracer.name)")
    let times = tracer.attachedLine == nil ? 3 : options.quick ? 5 : 10
    return try attempt(tracer.name) { lab throws(Trouble) in
      var milliseconds: [Double] = []
      var user: [Double] = []
      var system: [Double] = []
      for _ in 0..<times {
        let running = try lab.start(tracer)
        milliseconds.append(running.attachSeconds * 1000)
        try lab.waiter.pause(0.1)
        let finished = try lab.finish(running)
        user.append(finished.user)
        system.append(finished.system)
      }
      return StartUp(
        milliseconds: Spread(tracer.attachedLine == nil ? [] : milliseconds),
        user: Spread(user).median, system: Spread(system).median)
    }
  }
}
