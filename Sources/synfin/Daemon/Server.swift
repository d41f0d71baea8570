// SPDX-License-Identifier: Apache-2.0
internal import Endpoint
internal import Exposition
internal import Synchronization

/// The server of `metrics --listen`: it has its address before the programs are attached, and answers from
/// then on.
final class Server: Sendable {
  let address: Endpoint.Address
  private let state: Mutex<State>

  private enum State {
    case listens(ListeningSocket)
    case serves(Endpoint)
    case isOver
  }

  init(at wanted: Endpoint.Address) throws {
    let socket = try ListeningSocket(wanted)
    address = socket.address
    state = Mutex(.listens(socket))
  }

  /// Begins to answer those who may wait already.
  ///
  /// - Parameter lost: called where the system has taken the socket away.
  func begin(_ site: some Site, lost: @escaping @Sendable () -> Void) throws {
    try state.withLock { state in
      guard case .listens(let socket) = state else { return }
      state = .serves(try Endpoint.serve(socket, site, lost: lost))
    }
    Diagnostics.write("listening on http://\(address)")
  }

  /// Waits, for a moment, for answers that are on their way.
  func stop() {
    let endpoint = endpoint
    state.withLock { $0 = .isOver }
    endpoint?.stop()
  }

  /// `nil` while nobody is answered.
  var facts: EndpointFacts? {
    endpoint.map { endpoint in
      let facts = endpoint.facts()
      var told = EndpointFacts()
      told.requests = facts.requests
      told.dropped = facts.dropped
      told.connections = facts.connections
      return told
    }
  }

  private var endpoint: Endpoint? {
    state.withLock { if case .serves(let endpoint) = $0 { endpoint } else { nil } }
  }
}
