// SPDX-License-Identifier: Apache-2.0
internal import Harness

/// A tool to be measured, and how it is talked to.
struct Tracer {
  enum Kind { case synfin, floor, tcpstates }

  let name: String
  let kind: Kind
  let path: String
  let arguments: [String]
  /// CPU seconds, user and system, of a run without load; not part of the price of an event.
  var startUp = (user: 0.0, system: 0.0)

  /// The beginning of the line on stderr that says the programs are attached; nil if the tool says
  /// nothing, and has to be given time.
  var attachedLine: String? {
    switch kind {
    case .synfin: "synfin: attached"
    case .floor: "floor: attached"
    case .tcpstates: nil
    }
  }

  /// Whether listeners' state changes are among what it counts.
  var countsListeners: Bool { kind != .synfin }
}

extension Tracer {
  static func synfin(_ options: Options, _ words: String...) -> Tracer {
    Tracer(
      name: "synfin " + words.joined(separator: " "),
      kind: .synfin, path: options.synfin, arguments: words)
  }

  /// All tools that take turns on the load, in the order of the report.
  static func all(_ options: Options, folder: String) -> [Tracer] {
    [
      .synfin(options, "trace", "--json"),
      .synfin(options, "trace", "--json", "--no-accepts"),
      .synfin(options, "trace"),
      .synfin(options, "trace", "--transitions"),
      .synfin(options, "top", "--interval", "1"),
      Tracer(
        name: "synfin record", kind: .synfin, path: options.synfin,
        arguments: ["record", "-o", "\(folder)/recording"]),
      Tracer(
        name: "synfin metrics", kind: .synfin, path: options.synfin,
        arguments: ["metrics", "--textfile", "\(folder)/metrics.prom", "--interval", "1"]),
      Tracer(
        name: "floor", kind: .floor, path: Folder.executables + "/floor",
        arguments: [options.floorObject]),
      Tracer(name: "tcpstates", kind: .tcpstates, path: "/usr/sbin/tcpstates", arguments: []),
    ]
  }

  /// Those whose price for other system calls is looked at: how accepts are learned of decides.
  static func callers(_ options: Options) -> [Tracer] {
    acceptors(options) + [.synfin(options, "timewait", "--duration", "60")]
  }

  /// Those that trace connections, with and without asking who accepts.
  static func acceptors(_ options: Options) -> [Tracer] {
    [.synfin(options, "trace"), .synfin(options, "trace", "--no-accepts")]
  }
}
