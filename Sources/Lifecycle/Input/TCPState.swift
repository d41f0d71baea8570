// SPDX-License-Identifier: Apache-2.0

/// A state of a TCP socket, with the kernel's number (`include/net/tcp_states.h`) and the kernel's
/// name without its `TCP_`; only `CLOSE` reads as RFC 9293's `CLOSED`.
public enum TCPState: UInt8, Sendable, BitwiseCopyable {
  case established = 1
  case synSent = 2
  case synRecv = 3
  case finWait1 = 4
  case finWait2 = 5
  case timeWait = 6
  case closed = 7
  case closeWait = 8
  case lastAck = 9
  case listen = 10
  case closing = 11

  /// The word of the output.
  public var name: StaticString {
    switch self {
    case .established: "ESTABLISHED"
    case .synSent: "SYN_SENT"
    case .synRecv: "SYN_RECV"
    case .finWait1: "FIN_WAIT1"
    case .finWait2: "FIN_WAIT2"
    case .timeWait: "TIME_WAIT"
    case .closed: "CLOSED"
    case .closeWait: "CLOSE_WAIT"
    case .lastAck: "LAST_ACK"
    case .listen: "LISTEN"
    case .closing: "CLOSING"
    }
  }
}

extension TCPState {
  /// Whether `other` can be the very next state: where it is not, a transition between was not told
  /// (RFC 9293 §3.3.2; `tcp_fin()` takes a child that Fast Open let send from SYN_RECV to CLOSE_WAIT).
  public func isFollowed(by other: TCPState) -> Bool {
    switch (self, other) {
    case (.synSent, .synRecv), (.synSent, .established): true
    case (.synRecv, .established), (.synRecv, .finWait1), (.synRecv, .closeWait): true
    case (.established, .finWait1), (.established, .closeWait): true
    case (.finWait1, .finWait2), (.finWait1, .closing), (.closeWait, .lastAck): true
    default: false
    }
  }

  /// Whether one connection can come from this state to `other`, by any number of transitions
  /// (RFC 9293 §3.3.2, and the kernel's: a child starts in SYN_RECV). No state comes twice.
  func canReach(_ other: TCPState) -> Bool {
    switch (self, other) {
    case (.synSent, .listen), (.synSent, .synSent), (_, .listen), (_, .synSent), (.closed, _):
      false
    case (.synSent, _): true
    case (.synRecv, _): other != .synRecv
    case (.established, _): other != .synRecv && other != .established
    case (.finWait1, .finWait2), (.finWait1, .closing), (.closeWait, .lastAck): true
    case (.finWait1, .closed), (.finWait2, .closed), (.closing, .closed): true
    case (.closeWait, .closed), (.lastAck, .closed): true
    default: false
    }
  }
}
