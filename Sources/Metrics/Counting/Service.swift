// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Which side of a service this host is on.
public enum Role: UInt8, Sendable, BitwiseCopyable {
  /// The remote connected to it.
  case server
  /// It connected to the remote, or their SYNs crossed.
  case client
  /// It was there before the tracer, or the record of its open may be lost.
  case unknown

  /// The word of the output.
  public var name: StaticString {
    switch self {
    case .server: "server"
    case .client: "client"
    case .unknown: "unknown"
    }
  }
}

/// What connections are counted by.
public protocol Subject: Hashable, Sendable {
  /// What it is counted as where it has no row of its own.
  var other: Self { get }
  /// Whether it may be a name for little, of which there can be many.
  var isVague: Bool { get }
}

/// What connections are counted by: the port of the side that listened, and on which side this is.
public struct Service: Subject, BitwiseCopyable {
  public var role: Role
  /// `nil` for all those together for which there was no row any more.
  public var port: UInt16?

  public init(role: Role, port: UInt16?) {
    self.role = role
    self.port = port
  }

  public init(_ connection: Connection) {
    self.init(open: connection.open, connection.tuple)
  }

  /// Where nobody knows who opened, it is counted by the lower of the two ports.
  public init(open: Open?, _ tuple: Tuple) {
    switch open {
    case .passive:
      self.init(role: .server, port: tuple.localPort)
    case .active, .simultaneous, .selfConnect:
      self.init(role: .client, port: tuple.remotePort)
    case .existing, nil:
      let (local, remote) = (tuple.localPort, tuple.remotePort)
      self.init(
        role: .unknown, port: local == 0 || remote == 0 ? local | remote : min(local, remote))
    }
  }

  /// The same side of all services that have no row.
  public var other: Service { Service(role: role, port: nil) }

  /// Where the port of the service is the higher one, the lower one is different each time.
  public var isVague: Bool { role == .unknown }
}

/// What a process is counted by. A pid that is used again under the same name is taken for the same.
public struct Owner: Subject, BitwiseCopyable {
  /// `nil` for all processes together that have no row any more.
  public var process: Process?

  public init(_ process: Process?) { self.process = process }

  public var other: Owner { Owner(nil) }
  public var isVague: Bool { false }

  public func hash(into hasher: inout Hasher) {
    // The name rarely tells two apart that the pid does not.
    hasher.combine(process?.pid ?? .max)
  }
}
