// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// A recording of a known load, and what it takes to read it again.
struct Recordings {
  /// State changes of the load; records and bytes of the file.
  let events, records, bytes: Double
  var replays: [(name: String, runs: [Replay])] = []

  /// One reading of the whole file.
  struct Replay {
    /// CPU seconds, user and system.
    let cpu: Double
    /// Bytes resident at the peak.
    let peak: Double
  }

  /// Records read in a second of one core.
  func rate(_ runs: [Replay]) -> Spread { Spread(runs.map { records / $0.cpu }) }

  /// Each way to look at it that `synfin` has. What is told goes to /dev/null.
  static let commands = [
    ["trace"], ["trace", "--json"], ["trace", "--transitions"], ["timewait"],
    ["top", "--interval", "1"], ["timeline"],
  ]
}

extension Lab {
  /// Records a load once, and reads the recording with each command in turns.
  func recordings() throws(Trouble) -> Recordings? {
    note("bench: recording, and reading it again")
    return try attempt("recordings") { lab throws(Trouble) in
      let path = "\(lab.folder.path)/replayed"
      var recordings = try lab.record(to: path)
      let commands = Recordings.commands
      recordings.replays = commands.map { ("synfin " + $0.joined(separator: " "), []) }
      for round in 0..<(lab.options.quick ? 2 : 5) {
        for index in commands.indices {
          let turn = (index + round) % commands.count
          let run = try lab.attempt(recordings.replays[turn].name) { lab throws(Trouble) in
            try lab.replay(path, with: commands[turn])
          }
          if let run { recordings.replays[turn].runs.append(run) }
        }
      }
      unlink(path)
      return recordings
    }
  }

  private func record(to path: String) throws(Trouble) -> Recordings {
    let flat = Shape.flat(options)
    // Ten million state changes; more than wait in TIME_WAIT at a time.
    let shape = Shape(
      name: "recorded", lanes: flat.lanes, connections: options.quick ? 100_000 : 1_000_000,
      rounds: 1)
    let running = try start(.synfin(options, "record", "-o", path))
    let load = try storm(shape)
    try waiter.pause(0.4)
    let seen = try finish(running).seen
    guard let records = seen.records, let bytes = seen.bytes else {
      throw .failed("a summary without records")
    }
    return Recordings(events: load.events, records: Double(records), bytes: Double(bytes))
  }

  private func replay(
    _ path: String, with arguments: [String]
  ) throws(Trouble) -> Recordings.Replay {
    let error = "\(folder.path)/err"
    var child = try Child(
      options.synfin, arguments + ["--replay", path],
      input: Descriptor(reading: "/dev/null"), output: Descriptor(writing: "/dev/null"),
      error: Descriptor(writing: error))
    let exit = try child.end(within: 120, waiter)
    defer { unlink(error) }
    guard exit.succeeded else {
      throw .failed("bad exit status: \(contents(of: error)?.suffix(300) ?? "")")
    }
    return Recordings.Replay(cpu: exit.user + exit.system, peak: exit.peak)
  }
}
