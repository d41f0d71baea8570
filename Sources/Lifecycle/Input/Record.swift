// SPDX-License-Identifier: Apache-2.0

/// One event of one socket, as the kernel told it: a state transition, or a reset on its way.
///
/// The names of the fields are the kernel's; the C contract they are decoded from is
/// `CBPF/include/record.h`, whose comments say what each means.
public struct Record: Sendable, BitwiseCopyable {
  /// The socket's address in the kernel: a key from open to CLOSE, reused at once afterwards.
  public var socket: UInt64
  /// Nanoseconds of `CLOCK_MONOTONIC`.
  public var at: UInt64
  public var tuple: Tuple
  /// The inode number of the network namespace; 0 where that is not told.
  public var netns: UInt32
  public var flags: Flags
  /// `sk_err` at the transition: an errno, or 0.
  public var error: UInt16
  /// `sk_shutdown`: 1 receive, 2 send, 3 both.
  public var shutdown: UInt8
  public var facts: Facts

  public init(
    socket: UInt64, at: UInt64, tuple: Tuple, netns: UInt32, flags: Flags, error: UInt16 = 0,
    shutdown: UInt8 = 0, facts: Facts
  ) {
    self.socket = socket
    self.at = at
    self.tuple = tuple
    self.netns = netns
    self.flags = flags
    self.error = error
    self.shutdown = shutdown
    self.facts = facts
  }

  /// What each kind of record can tell beyond the head.
  public enum Facts: Sendable, BitwiseCopyable {
    /// CLOSE>SYN_SENT, in the task that connects.
    case openedActively(cgroup: UInt64, uid: UInt32, task: Process)
    /// LISTEN>SYN_RECV, at the handshake's last ACK: the child socket is new.
    case openedPassively(cgroup: UInt64, uid: UInt32)
    /// Any state to ESTABLISHED.
    case established(from: TCPState, Handshake)
    /// A transition that a packet makes. `stamp` is the received segment's, `nil` if it is old.
    case step(from: TCPState, to: TCPState, stamp: UInt64?, unsent: UInt32)
    /// A transition that close() or shutdown() makes, or, where both states are one, the call itself.
    case shut(from: TCPState, to: TCPState, Shut)
    /// Any state to CLOSE.
    case closed(from: TCPState, Closed)
    /// A transition of which the states alone are told, and who was at work where it is a call's: nothing
    /// else of the socket is, nor what else a record has but time and addresses.
    case told(from: TCPState, to: TCPState, task: Process)
    /// `tcp_reset()` ran for this socket: a RST came, or data after close().
    case resetReceived
    /// A RST is sent for this socket; `isAnswer` where it answers a segment.
    case resetSent(isAnswer: Bool)
    /// A segment has been worked on by a mini socket.
    case mini(Mini, Segment)
    /// CLOSE>LISTEN, or LISTEN>CLOSE: a listener, which is no connection.
    case listening(isOpen: Bool, task: Process)
    /// A process has taken this socket: accepted it, or read from it first.
    case taken(OwnerSource, cgroup: UInt64, uid: UInt32, task: Process)
    /// A scan has found the socket in this state, and a process that holds it, if any does.
    case found(TCPState, cgroup: UInt64, uid: UInt32, task: Process)
    /// A scan has found a mini socket.
    case foundMini(Mini)
    /// A scan has told every socket of the record's namespace.
    case scanned(address: UInt64)
    /// From here on, a scan tells what is there.
    case scanBegan
    /// All that could be scanned has been.
    case scanEnded
  }

  /// A word of the source itself, about no socket.
  public static func word(_ facts: Facts, at: UInt64) -> Record {
    Record(socket: 0, at: at, tuple: .none, netns: 0, flags: [], facts: facts)
  }

  /// A mini socket: what TIME_WAIT, and FIN_WAIT2 of an orphan, are kept as.
  public struct Mini: Equatable, Sendable, BitwiseCopyable {
    /// FIN_WAIT2 or TIME_WAIT.
    public var substate: TCPState
    /// The jiffy its timer is set for, before the timer wheel rounds it up.
    public var expires: UInt64
    /// The jiffy of the record.
    public var jiffies: UInt64
    /// The address of the namespace's `struct net`.
    public var net: UInt64

    public init(substate: TCPState, expires: UInt64 = 0, jiffies: UInt64 = 0, net: UInt64 = 0) {
      self.substate = substate
      self.expires = expires
      self.jiffies = jiffies
      self.net = net
    }
  }

  /// What reached a mini socket, and whether it survived it.
  public struct Segment: Equatable, Sendable, BitwiseCopyable {
    /// The mini socket is in the hash no more.
    public var isGone: Bool
    public var hasRST: Bool
    public var hasSYN: Bool

    public init(isGone: Bool, hasRST: Bool, hasSYN: Bool) {
      self.isGone = isGone
      self.hasRST = hasRST
      self.hasSYN = hasSYN
    }
  }

  /// What the socket knows of its handshake when it becomes ESTABLISHED.
  public struct Handshake: Sendable, BitwiseCopyable {
    /// Eight times the smoothed round-trip time in µs, as the kernel keeps it.
    public var srtt: UInt32
    public var totalRetrans: UInt32
    public var sndUna: UInt32
    public var rcvNxt: UInt32
    /// The low 32 bits of the kernel's counters.
    public var bytesAcked: UInt32
    public var bytesReceived: UInt32

    public init(
      srtt: UInt32, totalRetrans: UInt32, sndUna: UInt32, rcvNxt: UInt32, bytesAcked: UInt32,
      bytesReceived: UInt32
    ) {
      self.srtt = srtt
      self.totalRetrans = totalRetrans
      self.sndUna = sndUna
      self.rcvNxt = rcvNxt
      self.bytesAcked = bytesAcked
      self.bytesReceived = bytesReceived
    }
  }

  /// What the socket knows when close() or shutdown() moves it, before anything is sent for that.
  public struct Shut: Sendable, BitwiseCopyable {
    /// Received, and not yet acknowledged by a segment that was sent.
    public var lag: UInt32
    public var unsent: UInt32
    public var unacked: UInt32
    /// Segments sent so far, those sent again and probes included.
    public var segsOut: UInt32
    public var totalRetrans: UInt32
    public var task: Process

    public init(
      lag: UInt32 = 0, unsent: UInt32 = 0, unacked: UInt32 = 0, segsOut: UInt32 = 0,
      totalRetrans: UInt32 = 0, task: Process = .none
    ) {
      self.lag = lag
      self.unsent = unsent
      self.unacked = unacked
      self.segsOut = segsOut
      self.totalRetrans = totalRetrans
      self.task = task
    }
  }

  /// What the socket knows when it is closed.
  public struct Closed: Sendable, BitwiseCopyable {
    public var bytesAcked: UInt64
    public var bytesReceived: UInt64
    /// The stamp of the last segment that was processed, or `nil` where that was long ago.
    public var stamp: UInt64?
    public var totalRetrans: UInt32
    public var unread: UInt32
    public var unacked: UInt32
    public var unsent: UInt32
    /// Segments received; of SYN_SENT only.
    public var segsIn: UInt32
    /// Segments sent; of any state but SYN_SENT.
    public var segsOut: UInt32
    public var softError: UInt16
    public var probes: UInt8
    public var retransmits: UInt8
    public var task: Process
    /// Jiffies that a mini socket in FIN_WAIT2 may live (`tcp_fin_time`).
    public var finTime: UInt32
    public var uid: UInt32
    /// The jiffy of the record and the address of the namespace's `struct net`, where a mini socket
    /// may be left; else 0.
    public var jiffies: UInt64
    public var net: UInt64

    public init(
      bytesAcked: UInt64 = 0, bytesReceived: UInt64 = 0, stamp: UInt64? = nil,
      totalRetrans: UInt32 = 0, unread: UInt32 = 0, unacked: UInt32 = 0, unsent: UInt32 = 0,
      segsIn: UInt32 = 0, segsOut: UInt32 = 0, softError: UInt16 = 0, probes: UInt8 = 0,
      retransmits: UInt8 = 0,
      task: Process = .none, finTime: UInt32 = 15_000, uid: UInt32 = 0,
      jiffies: UInt64 = 0, net: UInt64 = 0
    ) {
      self.bytesAcked = bytesAcked
      self.bytesReceived = bytesReceived
      self.stamp = stamp
      self.totalRetrans = totalRetrans
      self.unread = unread
      self.unacked = unacked
      self.unsent = unsent
      self.segsIn = segsIn
      self.segsOut = segsOut
      self.softError = softError
      self.probes = probes
      self.retransmits = retransmits
      self.task = task
      self.finTime = finTime
      self.uid = uid
      self.jiffies = jiffies
      self.net = net
    }
  }

  /// Bits of the socket and of its task; `record.h` gives each its meaning.
  public struct Flags: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let owned = Flags(rawValue: 1 << 0)
    public static let dead = Flags(rawValue: 1 << 1)
    public static let done = Flags(rawValue: 1 << 2)
    public static let hasSocket = Flags(rawValue: 1 << 3)
    public static let exiting = Flags(rawValue: 1 << 4)
    public static let signaled = Flags(rawValue: 1 << 5)
    public static let kthread = Flags(rawValue: 1 << 6)
    public static let mptcp = Flags(rawValue: 1 << 7)
    public static let linger0 = Flags(rawValue: 1 << 8)
    public static let linger2Negative = Flags(rawValue: 1 << 9)
    public static let repair = Flags(rawValue: 1 << 10)
    public static let ipv6 = Flags(rawValue: 1 << 11)
    public static let second = Flags(rawValue: 1 << 13)
    /// The addresses are IPv4, and the socket may be an IPv6 one. Of ``Facts/told(from:to:task:)`` only.
    public static let noFamily = Flags(rawValue: 1 << 14)
    public static let timeWaitFull = Flags(rawValue: 1 << 15)
  }
}

extension Record {
  /// The transition of a connection that this record tells, or `nil`.
  public var edge: Edge? {
    switch facts {
    case .openedActively: Edge(from: .closed, to: .synSent)
    case .openedPassively: Edge(from: .listen, to: .synRecv)
    case .established(let from, _): Edge(from: from, to: .established)
    case .step(let from, let to, _, _): Edge(from: from, to: to)
    case .shut(let from, let to, _): Edge(from: from, to: to)
    case .closed(let from, _): Edge(from: from, to: .closed)
    case .told(let from, let to, _): Edge(from: from, to: to)
    case .resetReceived, .resetSent, .mini, .listening, .taken, .found, .foundMini, .scanned,
      .scanBegan, .scanEnded:
      nil
    }
  }
}

/// A state transition as the kernel's tracepoint names it.
public struct Edge: Equatable, Sendable, BitwiseCopyable {
  public var from: TCPState
  public var to: TCPState

  public init(from: TCPState, to: TCPState) {
    self.from = from
    self.to = to
  }
}
