// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// A time that one end of a connection spent in one state.
public struct Phase: Equatable, Sendable, BitwiseCopyable {
  /// `nil` where a transition between was not told, or when it ended was not: in which state it was
  /// then is not known, or not all the time.
  public var state: TCPState?
  /// Nanoseconds of CLOCK_MONOTONIC; `to` is never before `from`.
  public var from: UInt64
  public var to: UInt64

  public init(_ state: TCPState?, from: UInt64, to: UInt64) {
    self.state = state
    self.from = from
    self.to = max(from, to)
  }

  public var duration: UInt64 { to - from }
  public var kind: Kind { Kind(state) }

  /// What people want to tell apart in a picture.
  public enum Kind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// SYN_SENT, SYN_RECV.
    case handshake
    case established
    /// This end has closed, and its peer not before it: FIN_WAIT1, FIN_WAIT2, CLOSING.
    case closingByUs
    /// The peer's FIN came first: CLOSE_WAIT, until this end closes as well, and LAST_ACK.
    case closingByPeer
    case timeWait
    case unknown

    public init(_ state: TCPState?) {
      self =
        switch state {
        case .synSent, .synRecv: .handshake
        case .established: .established
        case .finWait1, .finWait2, .closing: .closingByUs
        case .closeWait, .lastAck: .closingByPeer
        case .timeWait: .timeWait
        case .closed, .listen, nil: .unknown
        }
    }

    /// The word of the picture.
    public var name: StaticString {
      switch self {
      case .handshake: "handshake"
      case .established: "established"
      case .closingByUs: "closing by us"
      case .closingByPeer: "closing by peer"
      case .timeWait: "TIME_WAIT"
      case .unknown: "unknown"
      }
    }
  }
}
