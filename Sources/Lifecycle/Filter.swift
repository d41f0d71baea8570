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

  /// Whether it asks what is not known of each record for itself.
  public var asksMoreThanTheKernel: Bool {
    pid != nil || comm != nil || localPort != nil || remotePort != nil || remote != nil
  }

  /// Whether it asks for the process, which may be learned late.
  public var asksOwner: Bool { pid != nil || comm != nil }

  public func matches(_ connection: Connection) -> Bool {
    if family != nil, connection.traits.contains(.noFamily) { return false }
    return matches(
      connection.tuple, isIPv6: connection.traits.contains(.ipv6), netns: connection.netns,
      owner: connection.owner)
  }

  public func matches(_ end: TimeWaitEnd) -> Bool {
    matches(end.tuple, isIPv6: end.isIPv6, netns: end.netns, owner: end.leftBy)
  }

  public func matches(_ tuple: Tuple, isIPv6: Bool, netns: UInt32, owner: Process) -> Bool {
    if let pid, owner.pid != pid { return false }
    if let comm, !owner.isKnown || owner.comm != comm { return false }
    if let localPort, tuple.localPort != localPort { return false }
    if let remotePort, tuple.remotePort != remotePort { return false }
    if let remote, !remote.contains(tuple.remote) { return false }
    if let only = self.netns, netns != only { return false }
    return family.map { ($0 == .ipv6) == isIPv6 } ?? true
  }
}
