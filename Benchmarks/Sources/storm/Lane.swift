// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// A client thread and a server thread on one CPU. The client opens connections one after the
/// other; the server takes each. One of them closes it at once, the other when it has seen that:
/// TIME_WAIT is left at the end that closes first.
///
/// Where that is the server, each client has an address of its own. The port of a closed client is
/// free again, and where it comes back to the same listener, the TIME_WAIT there ends.
///
/// Nothing is sent: the fewer other work a connection is, the more of it is its state changes.
final class Lane {
  private let index: Int
  private let lanes: Int
  private let connections: Int
  /// Seconds between two connections; 0 is no pause.
  private let interval: Double
  private let serverFirst: Bool
  private let listening: (descriptor: Int32, port: UInt16)
  private let gate: Gate
  private let lead = Lead()

  init(
    index: Int, of lanes: Int, connections: Int, interval: Double, serverFirst: Bool, gate: Gate
  ) {
    self.index = index
    self.lanes = lanes
    self.connections = connections
    self.interval = interval
    self.serverFirst = serverFirst
    self.gate = gate
    listening = listener()
  }

  /// Starts both threads; they wait at the gate.
  func start() -> [Thread] {
    [
      Thread { [self] in
        prepare()
        serve()
      },
      Thread { [self] in
        prepare()
        connectAll()
      },
    ]
  }

  /// Ends the listener, when both threads are done.
  func stop() {
    close(listening.descriptor)
  }

  private func serve() {
    for _ in 0..<connections {
      let socket = accepted(from: listening.descriptor)
      lead.advance()
      if !serverFirst { awaitEnd(of: socket) }
      close(socket)
    }
  }

  private func connectAll() {
    let began = now()
    for number in 0..<connections {
      if interval > 0 { sleep(until: began + Double(number) * interval) }
      lead.wait(for: number)
      let end = Endpoint(lane: index, connection: number, port: listening.port)
      let own = serverFirst ? Endpoint(source: number * lanes + index) : nil
      let socket = connected(to: end, from: own)
      if serverFirst { awaitEnd(of: socket) }
      close(socket)
    }
  }

  /// Returns when the other end has closed.
  private func awaitEnd(of socket: Int32) {
    var byte: UInt8 = 0
    guard read(socket, &byte, 1) == 0 else { die("end of stream") }
  }

  private func sleep(until time: Double) {
    let rest = time - now()
    if rest > 0 { usleep(useconds_t(rest * 1e6)) }
  }

  private func prepare() {
    let cpu = clinux_cpu(Int32(index))
    guard cpu >= 0, clinux_pin(cpu) == 0 else { die("a CPU for lane \(index)") }
    gate.wait()
  }
}
