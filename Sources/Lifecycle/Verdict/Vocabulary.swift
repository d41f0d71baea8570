// SPDX-License-Identifier: Apache-2.0

// The words of the output. Each is a promise to users and their scripts; what each rests on is in
// docs/reading-the-output.md.

/// How a connection came to be, seen from this end.
public enum Open: UInt8, Sendable, BitwiseCopyable {
  /// This end sent the SYN.
  case active = 1
  /// This end answered a SYN.
  case passive
  /// Both ends sent a SYN, and the two crossed (RFC 9293 §3.5, figure 8).
  case simultaneous
  /// The socket connected to itself.
  case selfConnect
  /// It was there before the tracer.
  case existing

  public var name: StaticString {
    switch self {
    case .active: "active"
    case .passive: "passive"
    case .simultaneous: "simultaneous"
    case .selfConnect: "self"
    case .existing: "existing"
    }
  }
}

/// What became of an open.
public enum OpenResult: UInt8, Sendable, BitwiseCopyable {
  case established = 1
  /// A RST answered the SYN.
  case refused
  /// An ICMP error answered it.
  case unreachable
  /// Nothing did.
  case timeout
  /// The application gave up.
  case aborted
  /// Somebody with the right to ended it (`ss -K`).
  case adminAbort
  /// No local port was free, or the connect failed inside the kernel before a SYN was sent.
  case noPorts
  /// It failed, and the record that tells how was lost.
  case unknown

  public var name: StaticString {
    switch self {
    case .established: "established"
    case .refused: "refused"
    case .unreachable: "unreachable"
    case .timeout: "timeout"
    case .aborted: "aborted"
    case .adminAbort: "admin_abort"
    case .noPorts: "no_ports"
    case .unknown: "unknown"
    }
  }
}

/// How a connection ended, seen from this end.
public enum Close: UInt8, Sendable, BitwiseCopyable {
  case fourWay = 1
  case threeWay
  case simultaneous
  case half
  case orphanTimeout
  case resetSent
  case resetReceived
  case aborted
  case retransmitTimeout
  case keepaliveTimeout
  case adminAbort
  case unknown

  public var name: StaticString {
    switch self {
    case .fourWay: "four_way"
    case .threeWay: "three_way"
    case .simultaneous: "simultaneous"
    case .half: "half"
    case .orphanTimeout: "orphan_timeout"
    case .resetSent: "reset_sent"
    case .resetReceived: "reset_received"
    case .aborted: "aborted"
    case .retransmitTimeout: "retransmit_timeout"
    case .keepaliveTimeout: "keepalive_timeout"
    case .adminAbort: "admin_abort"
    case .unknown: "unknown"
    }
  }
}

/// Who put the first FIN on the wire.
public enum FirstFIN: UInt8, Sendable, BitwiseCopyable {
  case local = 1
  case remote
  case both

  public var name: StaticString {
    switch self {
    case .local: "local"
    case .remote: "remote"
    case .both: "both"
    }
  }
}

/// Which way a RST went.
public enum Reset: UInt8, Sendable, BitwiseCopyable {
  case sent = 1
  case received

  public var name: StaticString {
    switch self {
    case .sent: "sent"
    case .received: "received"
    }
  }
}

/// Why this host sent a RST.
public enum ResetReason: UInt8, Sendable, BitwiseCopyable {
  /// close() while received data waited to be read (RFC 2525 §2.17).
  case unreadData = 1
  /// close() with `SO_LINGER` of time 0.
  case linger0
  /// `connect(AF_UNSPEC)`.
  case disconnect
  /// The listener was closed before this connection was accepted.
  case listenerClosed
  /// The peer sent data after this end had closed for reading.
  case dataAfterClose

  public var name: StaticString {
    switch self {
    case .unreadData: "unread_data"
    case .linger0: "linger0"
    case .disconnect: "disconnect"
    case .listenerClosed: "listener_closed"
    case .dataAfterClose: "data_after_close"
    }
  }
}

/// What the socket left behind.
public enum EndsIn: UInt8, Sendable, BitwiseCopyable {
  case timeWait = 1
  /// A FIN_WAIT2 kept as a mini socket: our side is closed, the peer's is not yet.
  case finWait2Mini
  case closed

  public var name: StaticString {
    switch self {
    case .timeWait: "TIME_WAIT"
    case .finWait2Mini: "FIN_WAIT2_MINI"
    case .closed: "CLOSED"
    }
  }
}

/// Why there is no handshake round-trip time.
public enum RTTUnknown: UInt8, Sendable, BitwiseCopyable {
  /// A SYN or SYN-ACK was sent again: which of them was answered cannot be told (RFC 6298 §3).
  case retransmitted = 1
  /// The kernel took it from a timestamp option of 1 ms or coarser, which may be wrong by a second.
  case timestampSample
  /// The kernel took none.
  case noSample
  /// The handshake's end was not seen.
  case notSeen

  public var name: StaticString {
    switch self {
    case .retransmitted: "retransmitted"
    case .timestampSample: "timestamp_sample"
    case .noSample: "no_sample"
    case .notSeen: "not_seen"
    }
  }
}
