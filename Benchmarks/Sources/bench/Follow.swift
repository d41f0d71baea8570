// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// Runs of `synfin timewait --duration 1`: it takes in what waits, follows it, counts at the end.
struct Follow {
  /// From the start of the process to `attached`: milliseconds, and of these of CPU time.
  let attached, attachedCPU: Spread
  /// Milliseconds of CPU time of the whole run.
  let wholeCPU: Spread
  /// MiB resident half a second after `attached`.
  let resident: Spread
}

extension Lab {
  /// Several runs, either with nothing to take in or with all that waits in a namespace.
  func follow(_ waiting: borrowing Waiting) throws(Trouble) -> Follow {
    try follow(inode: waiting.inode) { () throws(Trouble) in try waiting.mustBeComplete() }
  }

  /// The same where nothing waits but what the host has anyway.
  func follow() throws(Trouble) -> Follow {
    try follow(inode: nil) {}
  }

  private func follow(
    inode: UInt?, _ check: () throws(Trouble) -> Void
  ) throws(Trouble) -> Follow {
    let tracer = Tracer.synfin(options, "timewait", "--duration", "1")
    var attached: [Double] = []
    var attachedCPU: [Double] = []
    var wholeCPU: [Double] = []
    var resident: [Double] = []
    for _ in 0..<(options.quick ? 2 : 5) {
      try check()
      let running = try start(tracer)
      attached.append(running.attachSeconds * 1000)
      attachedCPU.append(running.process.cpuSeconds * 1000)
      try waiter.pause(0.5)
      resident.append((running.process.memory("VmRSS") ?? .nan) / 1_048_576)
      var total: Int?
      let finished = try finish(running, signal: nil) { total = synfinTotal(in: $0) }
      if inode != nil, total ?? 0 < Waiting.sockets {
        throw .failed("\(tracer.name) counted \(total.map(String.init) ?? "nothing")")
      }
      wholeCPU.append((finished.user + finished.system) * 1000)
    }
    return Follow(
      attached: Spread(attached), attachedCPU: Spread(attachedCPU), wholeCPU: Spread(wholeCPU),
      resident: Spread(resident))
  }
}
