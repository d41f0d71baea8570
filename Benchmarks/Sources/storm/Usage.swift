// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc

/// Wall clock and CPU time of this process, at one moment.
struct Usage {
  let wall = now()
  /// CPU seconds of all threads, softirq work done on their account included.
  let user, system: Double

  init() {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    user = usage.ru_utime.seconds
    system = usage.ru_stime.seconds
  }
}

/// Prints what was made between two moments, and the state changes that a tracer must have seen.
func report(
  connections: Int, parting: Parting, listeners: Int, from start: Usage, to end: Usage
) {
  let wall = end.wall - start.wall
  let user = end.user - start.user
  let system = end.system - start.system
  let events = connections * parting.events
  // A listener: LISTEN, CLOSE.
  let listenerEvents = listeners * 2
  var line = Line()
  line.add("connections", connections)
  line.add("wall_s", wall, decimals: 6)
  line.add("user_s", user, decimals: 6)
  line.add("system_s", system, decimals: 6)
  line.add("cpu_s", user + system, decimals: 6)
  line.add("connections_per_s", Double(connections) / wall, decimals: 1)
  line.add("events", events)
  line.add("listeners", listeners)
  line.add("events_with_listeners", events + listenerEvents)
  say(line.text)
}
