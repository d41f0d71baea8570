// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// How a tracer's memory grows with the connections that are open.
struct Memory {
  /// Connections held open; each has two ends in this host, and both are tracked.
  static let few = 2_000
  static let many = 10_000

  /// Bytes resident with `many` held, its view of the ring's pages included.
  let resident: Double
  /// Bytes of its own (anonymous) memory for one more tracked end.
  let perEnd: Double
}

extension Lab {
  /// Measures one process at both counts. RssAnon gives the slope: the ring's pages are resident too
  /// once they have been read, but they come with traffic, not with connections.
  func memory(_ tracer: Tracer) throws(Trouble) -> Memory? {
    note("bench: memory of \(tracer.name)")
    return try attempt("memory of \(tracer.name)") { lab throws(Trouble) in
      let running = try lab.start(tracer)
      let process = running.process
      let first = try lab.hold(Memory.few)
      try lab.waiter.pause(0.7)
      let low = process.memory("RssAnon") ?? .nan
      let second = try lab.hold(Memory.many - Memory.few)
      try lab.waiter.pause(0.7)
      let high = process.memory("RssAnon") ?? .nan
      let resident = process.memory("VmRSS") ?? .nan
      try lab.release(first)
      try lab.release(second)
      _ = try lab.finish(running)
      let ends = 2 * Double(Memory.many - Memory.few)
      return Memory(resident: resident, perEnd: (high - low) / ends)
    }
  }
}
