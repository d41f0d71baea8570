// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

/// `synfin trace`, attached.
struct Tracer {
  let process: Child

  /// - Parameter arguments: what follows `synfin`.
  init(
    _ arguments: String..., environment: [String: String] = [:], stdout: CInt? = nil
  ) throws {
    try self.init(arguments, environment: environment, stdout: stdout)
  }

  init(
    _ arguments: [String], environment: [String: String] = [:], stdout: CInt? = nil
  ) throws {
    try self.init(
      command: [Product.path] + arguments, environment: environment, stdout: stdout)
  }

  /// - Parameter command: with whatever is to run it.
  init(command: [String], environment: [String: String] = [:], stdout: CInt? = nil) throws {
    process = try Child(command, environment: environment, stdout: stdout)
    try process.waitForLine(beginning: "synfin: attached")
  }

  /// The ends that have been told so far.
  func ends() throws -> [End] {
    try objects("connection", in: process.stdout, as: End.self)
  }

  /// Waits until an end that fits has been told, and gives the first that does.
  func end(_ what: String, where fits: (End) -> Bool) throws -> End {
    var found: End?
    try waitUntil("\(what) among \(process.stdout)") {
      found = try ends().first(where: fits)
      return found != nil
    }
    return try #require(found)
  }

  func client(_ ports: Ports) throws -> End {
    try end("the client of \(ports)") {
      $0.localPort == ports.client && $0.remotePort == ports.server
    }
  }

  func server(_ ports: Ports) throws -> End {
    try end("the server of \(ports)") {
      $0.localPort == ports.server && $0.remotePort == ports.client
    }
  }

  /// Stops it, and expects it to stop in order.
  @discardableResult
  func stop(_ signal: CInt = SIGINT) throws -> Run {
    process.signal(signal)
    return try finished()
  }

  /// Waits for an end that it comes to by itself.
  func finished() throws -> Run {
    let run = Run(end: try process.wait())
    #expect(run.end.status == 0, "\(run.end.stderr)")
    let told = run.end.stderr.split(separator: "\n")
    #expect(told.count { $0.hasPrefix("synfin: attached") } == 1)
    #expect(told.count { $0.hasPrefix("synfin: summary") } == 1)
    return run
  }
}

/// What a tracer left when it had stopped.
struct Run {
  let end: Child.End

  var lines: [Substring] { end.stdout.split(separator: "\n") }

  func ends() throws -> [End] {
    try objects("connection", in: end.stdout, as: End.self)
  }

  /// The ends with this port on either side.
  func ends(port: UInt16) throws -> [End] {
    try ends().filter { $0.localPort == port || $0.remotePort == port }
  }

  /// Both ends of one connection.
  func ends(of ports: Ports) throws -> [End] {
    try ends().filter {
      ($0.localPort, $0.remotePort) == (ports.client, ports.server)
        || ($0.localPort, $0.remotePort) == (ports.server, ports.client)
    }
  }

  func changes() throws -> [Change] {
    try objects("transition", in: end.stdout, as: Change.self)
  }

  func totals() throws -> Totals {
    let last = try #require(lines.last)
    return try #require(try objects("summary", in: "\(last)\n", as: Totals.self).first)
  }

  /// Per stage, what the lines on losses add up to.
  func lost() throws -> [String: Int] {
    try objects("lost", in: end.stdout, as: Lost.self)
      .reduce(into: [:]) { $0[$1.stage, default: 0] += $1.count }
  }
}

/// Plays a scenario under a tracer, and gives what was told of the two ends.
func watch(_ scenario: () throws -> Ports) throws -> (client: End, server: End) {
  let tracer = try Tracer("trace", "--json")
  let ports = try scenario()
  let (client, server) = (try tracer.client(ports), try tracer.server(ports))
  let told = try tracer.stop().ends(of: ports)
  #expect(told.count == 2, "each end is told once: \(told)")
  return (client, server)
}

/// The same for a connection with one end, which nobody answers.
func watchAlone(_ scenario: () throws -> Ports) throws -> End {
  let tracer = try Tracer("trace", "--json")
  let ports = try scenario()
  let client = try tracer.client(ports)
  let told = try tracer.stop().ends(of: ports)
  #expect(told.count == 1, "it is told once: \(told)")
  return client
}
