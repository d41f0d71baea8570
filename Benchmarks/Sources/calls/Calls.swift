// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// Says what one system call takes: nanoseconds of CPU time on one core.
@main struct Calls {
  static let usage = """
    usage: calls null|accept [options]   (accept needs root)
      null              getppid(2), which does next to nothing
      accept            accept4(2) of a connection that waits, in a network namespace of its own
      --milliseconds N  how long to measure (300; at most 10000)
    """

  static func main() {
    var arguments = Arguments()
    let call = arguments.next()
    var milliseconds = 300
    while let option = arguments.next() {
      guard option == "--milliseconds" else { stop(64) }
      milliseconds = arguments.number(after: option, in: 1...10_000)
    }
    alarm(UInt32(milliseconds / 1000 + 20))
    let seconds = Double(milliseconds) / 1000
    switch call {
    case "null":
      pin()
      measure(for: seconds, callsInBatch: 10_000, timeNullCalls)
    case "accept":
      if clinux_fresh_netns() < 0 { die("network namespace") }
      pin()
      let backlog = Backlog()
      measure(for: seconds, callsInBatch: 200, backlog.timeAccepts)
    default: stop(call == "--help" ? 0 : 64)
    }
  }

  /// On the last core: the first is where most interrupts come.
  private static func pin() {
    var last: Int32 = -1
    for index: Int32 in 0..<1024 {
      let cpu = clinux_cpu(index)
      if cpu < 0 { break }
      last = cpu
    }
    guard last >= 0, clinux_pin(last) == 0 else { die("a CPU") }
  }

  /// Prints the median over as many batches as there is time for: an interrupt that lengthens a few
  /// of them says nothing about the call.
  private static func measure(
    for seconds: Double, callsInBatch calls: Int, _ time: (Int) -> Double
  ) {
    let deadline = now() + seconds
    var batches: [Double] = []
    repeat { batches.append(time(calls)) } while now() < deadline
    batches.sort()
    var line = Line()
    line.add("calls", batches.count * calls)
    line.add("ns", batches[batches.count / 2] / Double(calls) * 1e9, decimals: 2)
    say(line.text)
  }

  private static func stop(_ status: Int32) -> Never {
    note(usage)
    exit(status)
  }
}

/// CPU seconds of so many calls.
private func timeNullCalls(_ count: Int) -> Double {
  let began = threadSeconds()
  for _ in 0..<count { clinux_null_call() }
  return threadSeconds() - began
}
