// SPDX-License-Identifier: Apache-2.0

/// One end of one TCP connection: what is known of it while it lives.
///
/// A connection inside one host has two ends, and so is two of these. The size matters: there is
/// one for each live connection of the host. What only a closing connection has is in ``Ending``.
public struct Connection: Sendable, BitwiseCopyable {
  /// Unique in this run; one a connection, not one a socket.
  public var id: UInt64
  /// The kernel's socket, which may carry other connections before and after.
  public var socket: UInt64
  public var tuple: Tuple
  /// Nanoseconds of `CLOCK_MONOTONIC` at which each state was entered; 0 where that was not seen.
  public var openedAt: UInt64 = 0
  /// Only where the connection opened by a SYN of each side: SYN_SENT>SYN_RECV.
  public var crossedAt: UInt64 = 0
  public var establishedAt: UInt64 = 0
  /// When a scan found it; 0 where its records came first.
  public internal(set) var foundAt: UInt64 = 0
  /// The state it was in then: since when is not known.
  public internal(set) var foundIn: TCPState?
  /// The cgroup v2 id of the socket, 0 where it is not known.
  public var cgroup: UInt64 = 0
  public var owner: Process = .none
  public var ownerSource: OwnerSource = .close
  public var state: TCPState
  /// The state before `state`, as the last record told it.
  var previousState: TCPState
  public var open: Open?
  public var rttUnknown: RTTUnknown = .notSeen
  public var traits: Traits = []
  public var netns: UInt32
  public var uid: UInt32 = 0
  public var isnLocal: UInt32 = 0
  public var isnRemote: UInt32 = 0
  /// One true round-trip sample of the handshake in µs; 0 where there is none.
  public var rtt: UInt32 = 0
  /// SYNs or SYN-ACKs sent again in the handshake.
  public var handshakeRetrans: UInt32 = 0
  /// Where its ``Ending`` is kept; 0 for none.
  var ending: UInt32 = 0

  init(id: UInt64, record: Record, edge: Edge) {
    self.id = id
    socket = record.socket
    tuple = record.tuple
    state = edge.to
    previousState = edge.from
    netns = record.netns
    if record.flags.contains(.ipv6) { traits.insert(.ipv6) }
    if case .told = record.facts {
      if record.flags.contains(.noFamily) { traits.insert(.noFamily) }
    } else if record.flags.contains(.mptcp) {
      traits.insert(.mptcp)
    }
  }

  public struct Traits: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The socket is AF_INET6, v4-mapped or not.
    public static let ipv6 = Traits(rawValue: 1 << 0)
    public static let mptcp = Traits(rawValue: 1 << 1)
    /// `uid` and `cgroup` have been told.
    public static let hasIdentity = Traits(rawValue: 1 << 2)
    /// The initial sequence numbers have been told.
    public static let hasISN = Traits(rawValue: 1 << 3)
    /// It was closed before its handshake's end (SYN_RECV>FIN_WAIT1: Fast Open, crossed SYNs).
    static let leftSynRecv = Traits(rawValue: 1 << 5)
    /// The last record came from the second instance.
    static let lastWasSecond = Traits(rawValue: 1 << 4)
    /// Whether the socket is an IPv4 or an IPv6 one has not been told; its addresses are IPv4.
    public static let noFamily = Traits(rawValue: 1 << 9)
    /// How often its SYNs or SYN-ACKs were sent again has been told.
    public static let hasHandshake = Traits(rawValue: 1 << 10)
    /// Its first record was SYN_RECV>ESTABLISHED, where that is the first that is told of a child.
    static let fromSynRecv = Traits(rawValue: 1 << 11)
    /// A scan found it without a process that ever had it: it waits in its listener's queue.
    static let unaccepted = Traits(rawValue: 1 << 8)
    /// The scan that is under way has seen it, or it is younger; the one before has not.
    static let seen = Traits(rawValue: 1 << 6)
    static let missed = Traits(rawValue: 1 << 7)
  }

  /// SYN_SENT to ESTABLISHED in nanoseconds: the kernel's time, whenever the application looked.
  /// Active opens only.
  public var connectTime: UInt64? {
    guard open == .active, openedAt != 0, establishedAt >= openedAt else { return nil }
    return establishedAt - openedAt
  }

  /// Whether the socket is an IPv6 one that carries IPv4; not known where its family is not.
  public var isV4Mapped: Bool { traits.contains(.ipv6) && tuple.remote.v4 != nil }
}
