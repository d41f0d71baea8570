// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Common
internal import Glibc

/// A client thread and a server thread on one CPU. The client opens connections one after the
/// other; the server takes each. One of them closes or resets it at once, the other when it has seen that:
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
  private let parting: Parting
  /// `nil` where nobody is to listen.
  private let listening: Int32?
  private let port: UInt16
  private let gate: Gate
  private let lead = Lead()

  init(
    index: Int, of lanes: Int, connections: Int, interval: Double, parting: Parting, port: UInt16,
    gate: Gate
  ) {
    self.index = index
    self.lanes = lanes
    self.connections = connections
    self.interval = interval
    self.parting = parting
    self.gate = gate
    if parting == .refused {
      (listening, self.port) = (nil, port)
    } else {
      (listening, self.port) = listener(at: port)
    }
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
    if let listening { close(listening) }
  }

  private func serve() {
    guard let listening else { return }
    for _ in 0..<connections {
      let socket = accepted(from: listening)
      lead.advance()
      if parting != .serverFirst { awaitEnd(of: socket) }
      close(socket)
    }
  }

  private func connectAll() {
    let began = now()
    for number in 0..<connections {
      if interval > 0 { sleep(until: began + Double(number) * interval) }
      let end = Endpoint(lane: index, connection: number, port: port)
      if parting == .refused {
        guard connection(to: end) == nil, errno == ECONNREFUSED else { die("a refused connect") }
        continue
      }
      lead.wait(for: number)
      let own = parting == .serverFirst ? Endpoint(source: number * lanes + index) : nil
      let socket = connected(to: end, from: own)
      switch parting {
      case .serverFirst: awaitEnd(of: socket)
      case .reset: resetAtClose(socket)
      default: break
      }
      close(socket)
    }
  }

  private func resetAtClose(_ socket: Int32) {
    var linger = linger(l_onoff: 1, l_linger: 0)
    let size = socklen_t(MemoryLayout.size(ofValue: linger))
    guard setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, size) == 0 else { die("SO_LINGER") }
  }

  /// Returns when the other end has closed.
  private func awaitEnd(of socket: Int32) {
    var byte: UInt8 = 0
    let count = read(socket, &byte, 1)
    guard count == 0 || parting == .reset && count < 0 && errno == ECONNRESET else {
      die("end of stream")
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
