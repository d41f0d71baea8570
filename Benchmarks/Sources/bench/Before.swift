// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// Starts of one tracer beside connections that were there before: what it costs to take them in.
struct Before {
  /// Milliseconds from the start of the process to `attached`.
  let milliseconds: Spread
  /// MiB resident with all of them known.
  let resident: Spread
}

extension Lab {
  /// Starts and stops a tracer several times beside `Memory.many` connections.
  func before(_ tracer: Tracer) throws(Trouble) -> Before? {
    note("bench: start of \(tracer.name) beside \(Memory.many) connections")
    return try attempt("\(tracer.name) beside connections") { lab throws(Trouble) in
      let held = try lab.hold(Memory.many)
      var milliseconds: [Double] = []
      var resident: [Double] = []
      for _ in 0..<(lab.options.quick ? 3 : 5) {
        let running = try lab.start(tracer)
        milliseconds.append(running.attachSeconds * 1000)
        try lab.waiter.pause(0.2)
        resident.append((running.process.memory("VmRSS") ?? .nan) / 1_048_576)
        let seen = try lab.finish(running).seen
        if tracer.kind == .synfin, seen.ends ?? 0 < 2 * Memory.many {
          throw .failed("knew \(seen.ends ?? 0) of \(2 * Memory.many) ends")
        }
      }
      guard held.isHeld else { throw .failed("the connections ended too early") }
      try lab.release(held)
      return Before(milliseconds: Spread(milliseconds), resident: Spread(resident))
    }
  }
}
