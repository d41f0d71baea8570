// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc

/// What load to make.
struct Options {
  /// Connections in all, over all lanes.
  var connections = 10_000
  /// Pairs of threads, a client and a server, each pair on a CPU of its own.
  var lanes = 2
  /// Connections per second in all; 0 is as fast as it goes.
  var rate = 0
  /// Connections to keep open together instead of opening and closing at once.
  var hold = 0
  var parting = Parting.clientFirst
  /// Whether what is held is closed by the clients alone, which leaves the servers in CLOSE_WAIT.
  var half = false
  /// The first lane's; the next ones follow. 0: whichever are free.
  var port = 0
  /// Keep what is left in TIME_WAIT until told to stop.
  var stay = false
  var freshNamespace = false
  var announce = false
  /// Seconds after which the kernel ends the program, whatever it is doing.
  var timeout = 60

  static let usage = """
    usage: storm [options]
      --connections N  how many TCP connections over loopback (10000; at most 1000000)
      --lanes N        pairs of client and server thread, one CPU a pair (2; at most 64)
      --rate N         connections per second in all (as fast as it goes)
      --hold N         open N connections, say so, close them when stdin ends or at SIGINT, SIGTERM
      --server-first   the server closes first: each TIME_WAIT is at a listener's port
      --reset          the client resets each connection
      --refused        nobody listens: each connect is refused (with --port)
      --half           with --hold: the clients close their half, the servers do not before the end
      --port N         listen at this port, each further lane at the next (whichever are free)
      --stay           make room for every TIME_WAIT, and stay until stdin ends or at SIGINT,
                       SIGTERM (with --netns only)
      --netns          in a fresh network namespace, which ends with the program (needs root)
      --announce       print `netns INODE`, then wait for a line on stdin before connecting
      --timeout N      give up after N seconds (60; at most 90000)
    """

  init() {
    var arguments = Arguments()
    while let option = arguments.next() {
      switch option {
      case "--connections": connections = arguments.number(after: option, in: 1...1_000_000)
      case "--lanes": lanes = arguments.number(after: option, in: 1...64)
      case "--rate": rate = arguments.number(after: option, in: 1...1_000_000)
      case "--hold": hold = arguments.number(after: option, in: 1...200_000)
      case "--server-first": parting = .serverFirst
      case "--reset": parting = .reset
      case "--refused": parting = .refused
      case "--half": half = true
      case "--port": port = arguments.number(after: option, in: 1...65_000)
      case "--stay": stay = true
      case "--netns": freshNamespace = true
      case "--announce": announce = true
      case "--timeout": timeout = arguments.number(after: option, in: 1...90_000)
      default:
        note(Self.usage)
        exit(option == "--help" ? 0 : 64)
      }
    }
    if stay, !freshNamespace {
      refuse("--stay changes settings of its namespace: it needs --netns")
    }
    if parting == .refused, port == 0 { refuse("--refused needs --port") }
    if half, hold == 0 { refuse("--half needs --hold") }
  }

  private func refuse(_ why: String) -> Never {
    note("storm: \(why)")
    exit(64)
  }
}
