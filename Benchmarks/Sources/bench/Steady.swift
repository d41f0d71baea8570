// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// A tracer that runs beside an ordinary host's traffic for a while.
struct Steady {
  /// Connections a second, each with both its ends in this host.
  static let rate = 1_000

  /// Shares of one core in percent, one for each run.
  let percent: Spread
}

extension Lab {
  /// What a tracer takes while there are so many connections a second. TIME_WAITs are left, and grow in
  /// number for as long as it is.
  func steady(_ tracer: Tracer) throws(Trouble) -> Steady? {
    note("bench: \(tracer.name) at \(Steady.rate) connections a second")
    return try attempt("\(tracer.name) at \(Steady.rate)/s") { lab throws(Trouble) in
      var shares: [Double] = []
      for _ in 0..<(lab.options.quick ? 1 : 3) { shares.append(try lab.steadyShare(tracer)) }
      return Steady(percent: Spread(shares))
    }
  }

  private func steadyShare(_ tracer: Tracer) throws(Trouble) -> Double {
    let seconds = options.quick ? 8.0 : 20.0
    let connections = Steady.rate * Int(seconds + 4)
    let running = try start(tracer)
    var load = try Child(
      Folder.executables + "/storm",
      [
        "--netns", "--connections", "\(connections)", "--rate", "\(Steady.rate)", "--timeout", "60",
      ],
      input: Descriptor(reading: "/dev/null"), output: Descriptor(writing: "\(folder.path)/load"),
      error: Descriptor(adopting: dup(2), "stderr"))
    defer { unlink("\(folder.path)/load") }
    try waiter.pause(2)
    let (cpu, began) = (running.process.cpuSeconds, now())
    try waiter.pause(seconds)
    let share = (running.process.cpuSeconds - cpu) / (now() - began) * 100
    guard try load.end(within: 30, waiter).succeeded else {
      throw .failed("the load did not make its connections")
    }
    let finished = try finish(running)
    // The kernel skips a program now and then without a word: a few of a quarter of a million are no reason
    // to know nothing.
    guard finished.seen.events >= 10 * connections - finished.seen.toldLost - connections / 100
    else {
      throw .failed("it saw \(finished.seen.events) of \(10 * connections) state changes")
    }
    return share
  }
}
