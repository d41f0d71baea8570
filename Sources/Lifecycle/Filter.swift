// SPDX-License-Identifier: Apache-2.0

/// What the user asked to see. An unset condition lets everything through; one that cannot be judged,
/// because the kernel has not told the owner or the port, lets nothing through.
public struct Filter: Equatable, Sendable {
  public var pid: UInt32?
  public var comm: Comm?
  public var localPort: UInt16?
  public var remotePort: UInt16?
  public var remote: AddressBlock?
  public var netns: UInt32?
  public var family: Family?

  /// The family of the socket: one that carries IPv4 in an IPv6 socket is IPv6, as in `ss`.
  public enum Family: Equatable, Sendable {
    case ipv4, ipv6
  }

  public init() {}

  public func matches(_ connection: Connection) -> Bool {
    if let pid, connection.owner.pid != pid { return false }
    if let comm, !connection.owner.isKnown || connection.owner.comm != comm { return false }
    if let localPort, connection.tuple.localPort != localPort { return false }
    if let remotePort, connection.tuple.remotePort != remotePort { return false }
    if let remote, !remote.contains(connection.tuple.remote) { return false }
    if let netns, connection.netns != netns { return false }
    switch family {
    case .ipv4: return !connection.traits.contains(.ipv6)
    case .ipv6: return connection.traits.contains(.ipv6)
    case nil: return true
    }
  }

  public func matches(_ end: TimeWaitEnd) -> Bool {
    if let pid, end.owner.pid != pid { return false }
    if let comm, !end.owner.isKnown || end.owner.comm != comm { return false }
    if let localPort, end.tuple.localPort != localPort { return false }
    if let remotePort, end.tuple.remotePort != remotePort { return false }
    if let remote, !remote.contains(end.tuple.remote) { return false }
    if let netns, end.netns != netns { return false }
    return family.map { ($0 == .ipv6) == end.isIPv6 } ?? true
  }
}
