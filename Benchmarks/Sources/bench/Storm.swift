// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc
internal import Harness

/// A form of load.
struct Shape {
  let name: String
  let lanes: Int
  let connections: Int
  let rounds: Int

  /// Every core saturated by the load: a tracer competes with it.
  static func flat(_ options: Options) -> Shape {
    var cpus = 0
    while cpus < 64, clinux_cpu(Int32(cpus)) >= 0 { cpus += 1 }
    let each = options.quick ? 8_000 : 15_000
    // More would meet tcp_max_tw_buckets.
    return Shape(
      name: "flat", lanes: cpus, connections: min(120_000, cpus * each), rounds: options.rounds)
  }

  /// One core saturated; a tracer has the others.
  ///
  /// The price is a small difference of two large figures, and its noise is between runs, not within
  /// one: many short runs say more than a few long ones.
  static func oneCore(_ options: Options) -> Shape {
    let rounds = options.quick ? options.rounds + 1 : 3 * options.rounds
    return Shape(name: "onecore", lanes: 1, connections: 10_000, rounds: rounds)
  }

  var arguments: [String] {
    ["--netns", "--lanes", "\(lanes)", "--connections", "\(connections)", "--timeout", "60"]
  }
}

/// What a run of the load says of itself.
struct Load {
  let connections: Double
  /// Connections per second.
  let rate: Double
  /// CPU time of the load for one connection, both ends.
  let microseconds: Double
  /// State changes, without and with those of the listeners.
  let events, eventsWithListeners: Double

  fileprivate init?(_ line: Line) {
    guard let connections = line["connections"], let cpu = line["cpu_s"],
      let rate = line["connections_per_s"], let events = line["events"],
      let all = line["events_with_listeners"]
    else { return nil }
    (self.connections, self.rate, self.events, eventsWithListeners) =
      (connections, rate, events, all)
    microseconds = cpu / connections * 1e6
  }
}

/// A load that keeps its connections open.
struct Held: ~Copyable {
  fileprivate var child: Child
  fileprivate let input: Descriptor

  /// Whether they are still there: the load gives up after a minute.
  var isHeld: Bool { Process(pid: child.pid).isAlive }
}

extension Lab {
  /// Makes the load, from its first connection to its last.
  func storm(_ shape: Shape) throws(Trouble) -> Load {
    guard let load = Load(try figures("storm", shape.arguments, within: 70)) else {
      throw .failed("the load said something odd")
    }
    return load
  }

  /// Opens connections and keeps them.
  func hold(_ connections: Int) throws(Trouble) -> Held {
    let input = try Pipe()
    let output = try Pipe()
    let child = try Child(
      Folder.executables + "/storm", ["--netns", "--hold", "\(connections)", "--timeout", "60"],
      input: input.reading, output: output.writing,
      error: Descriptor(adopting: dup(2), "stderr"))
    let held = Held(child: child, input: input.writingEnd())
    let reading = output.readingEnd()
    guard try waiter.readable(reading.raw, within: 30),
      lastLine(reading.raw).hasPrefix("holding")
    else { throw .failed("the load could not hold \(connections) connections") }
    return held
  }

  /// Closes what is held, by ending the load's stdin.
  func release(_ held: consuming Held) throws(Trouble) {
    var held = held
    kill(held.child.pid, SIGTERM)
    _ = try held.child.end(within: 30, waiter)
  }
}
