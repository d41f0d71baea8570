// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// `synfin metrics --listen`. It is asked to end, and given the time, however this ends.
struct Exporter: ~Copyable {
  let port: UInt16
  private var child: Child
  private let errorPath: String

  var process: Process { Process(pid: child.pid) }

  init(_ path: String, folder: String, _ waiter: Waiter) throws(Trouble) {
    errorPath = "\(folder)/err"
    let child = try Child(
      path, ["metrics", "--listen", "127.0.0.1:0"],
      input: Descriptor(reading: "/dev/null"), output: Descriptor(writing: "/dev/null"),
      error: Descriptor(writing: errorPath))
    let deadline = now() + 30
    while true {
      let said = contents(of: errorPath) ?? ""
      if said.contains("synfin: attached"), let port = Self.port(in: said) {
        self.port = port
        break
      }
      guard now() < deadline, Process(pid: child.pid).isAlive else {
        child.terminate(within: 5)
        throw .failed("never listened: \(said.suffix(500))")
      }
      try waiter.pause(0.02)
    }
    self.child = child
  }

  /// `synfin: listening on http://127.0.0.1:PORT`
  private static func port(in text: String) -> UInt16? {
    let line = text.split(separator: "\n").first {
      $0.hasPrefix("synfin: listening on http://127.0.0.1:")
    }
    return line?.split(separator: ":").last.flatMap { UInt16($0) }
  }

  /// Has it attach its programs anew.
  func hangUp() { kill(child.pid, SIGHUP) }

  /// What it has written to stderr.
  var said: [Substring] { (contents(of: errorPath) ?? "").split(separator: "\n") }

  /// Ends it as a supervisor would. It must do so by itself, and with 0.
  mutating func stop(_ waiter: Waiter) throws(Trouble) {
    guard try child.end(signal: SIGTERM, within: 20, waiter).succeeded else {
      throw .failed("it ended badly: \(said.suffix(3).joined(separator: " | "))")
    }
  }

  deinit { child.terminate(within: 10) }
}
