// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// A client thread and a server thread on one CPU. The client opens and closes connections one after
/// the other; the server takes each and closes it when the client has.
///
/// Nothing is sent: the fewer other work a connection is, the more of it is its state changes.
final class Lane {
  private let index: Int
  private let connections: Int
  /// Seconds between two connections; 0 is no pause.
  private let interval: Double
  private let listening: (descriptor: Int32, port: UInt16)
  private let gate: Gate
  private let lead = Lead()

  init(index: Int, connections: Int, interval: Double, gate: Gate) {
    self.index = index
    self.connections = connections
    self.interval = interval
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
    var byte: UInt8 = 0
    for _ in 0..<connections {
      let socket = accepted(from: listening.descriptor)
      lead.advance()
      guard read(socket, &byte, 1) == 0 else { die("end of stream") }
      close(socket)
    }
  }

  private func connectAll() {
    let began = now()
    for number in 0..<connections {
      if interval > 0 { sleep(until: began + Double(number) * interval) }
      lead.wait(for: number)
      close(connected(to: Endpoint(lane: index, connection: number, port: listening.port)))
    }
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
