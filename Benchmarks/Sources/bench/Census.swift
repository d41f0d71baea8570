// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// The counters side by side, over several rounds.
struct Census {
  let first: Waiting.First
  /// Of each round, what each took, in milliseconds of CPU time; a count that failed is not there.
  var rounds: [[Counter: Double]] = []
  var follow: Follow?

  func milliseconds(_ counter: Counter) -> Spread {
    Spread(rounds.compactMap { $0[counter] })
  }

  /// What synfin took to what another did in the same round.
  func ratio(to other: Counter) -> Spread {
    Spread(
      rounds.compactMap { round in
        guard let own = round[.synfin], let theirs = round[other] else { return nil }
        return own / theirs
      })
  }
}

extension Lab {
  /// Makes TIME_WAIT sockets and has them counted in turns, each round beginning with another.
  func census(_ first: Waiting.First) throws(Trouble) -> Census? {
    note("bench: \(Waiting.sockets) TIME_WAIT, \(first.rawValue) closed first")
    return try attempt("TIME_WAIT, \(first.rawValue) first") { lab throws(Trouble) in
      let waiting = try lab.makeWaiting(first)
      let counters = Counter.allCases
      var census = Census(first: first)
      for round in 0..<(lab.options.quick ? 4 : 10) {
        var took: [Counter: Double] = [:]
        for index in counters.indices {
          let counter = counters[(index + round) % counters.count]
          took[counter] = try lab.attempt(counter.name) { lab throws(Trouble) in
            try lab.count(counter, waiting)
          }
        }
        census.rounds.append(took)
      }
      census.follow = try lab.attempt("following \(Waiting.sockets)") { lab throws(Trouble) in
        try lab.follow(waiting)
      }
      return census
    }
  }

  /// Milliseconds of CPU time, user and system, of all processes that it took.
  private func count(
    _ counter: Counter, _ waiting: borrowing Waiting
  ) throws(Trouble) -> Double {
    try waiting.mustBeComplete()
    let output = "\(folder.path)/count"
    let (path, arguments) = try counter.command(options, waiting.inode)
    // synfin goes into the namespace itself, which is part of the price.
    var child = try Child(
      path, arguments,
      input: Descriptor(reading: "/dev/null"), output: Descriptor(writing: output),
      error: Descriptor(adopting: dup(2), "stderr"),
      netns: counter == .synfin ? -1 : waiting.namespace.raw)
    defer { unlink(output) }
    let exit = try child.end(within: 20, waiter)
    let total = counter.total(in: output)
    guard exit.succeeded, total == Waiting.sockets else {
      throw .failed("counted \(total.map(String.init) ?? "nothing")")
    }
    return (exit.user + exit.system) * 1000
  }
}
