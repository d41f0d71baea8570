// SPDX-License-Identifier: Apache-2.0
package import Lifecycle

/// What was told of the connections of one scene: collected by their ports.
package struct Story: FactSink {
  package struct Step {
    package let isClient: Bool
    package let edge: Edge
    /// Nanoseconds of `CLOCK_MONOTONIC`.
    package let at: UInt64
  }

  package private(set) var steps: [Step] = []
  package private(set) var client: ConnectionEnd?
  package private(set) var server: ConnectionEnd?
  private let ports: Scene.Ports

  /// - Parameter ports: whose connections are meant.
  package init(_ ports: Scene.Ports) { self.ports = ports }

  package mutating func finished(_ end: ConnectionEnd) {
    let tuple = end.connection.tuple
    if tuple.localPort == ports.client, tuple.remotePort == ports.server { client = end }
    if tuple.localPort == ports.server, tuple.remotePort == ports.client { server = end }
  }

  package mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    let tuple = connection.tuple
    // At the open the client has no port yet, and before Linux 6.15 the server no peer.
    let isClient = tuple.remotePort == ports.server
    let isServer = tuple.localPort == ports.server
    if isClient, tuple.localPort == 0 || tuple.localPort == ports.client {
      steps.append(Step(isClient: true, edge: edge, at: at))
    } else if isServer, tuple.remotePort == 0 || tuple.remotePort == ports.client {
      steps.append(Step(isClient: false, edge: edge, at: at))
    }
  }
}
