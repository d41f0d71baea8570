// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

extension Lab {
  /// The share of one core, in percent, that a tracer takes without any traffic.
  func idle(_ tracer: Tracer) throws(Trouble) -> Double? {
    note("bench: \(tracer.name), idle")
    return try attempt("\(tracer.name), idle") { lab throws(Trouble) in
      let running = try lab.start(tracer)
      try lab.waiter.pause(1)
      let (cpu, began) = (running.process.cpuSeconds, now())
      try lab.waiter.pause(lab.options.quick ? 4 : 8)
      let share = (running.process.cpuSeconds - cpu) / (now() - began) * 100
      _ = try lab.finish(running)
      return share
    }
  }
}
