// SPDX-License-Identifier: Apache-2.0

/// A TIME_WAIT that is over.
public struct TimeWaitEnd: Equatable, Sendable {
  /// The connection that left it; `nil` where that ended before the tracer began.
  public var id: UInt64?
  public var netns: UInt32
  public var tuple: Tuple
  public var isIPv6: Bool
  /// Who closed first, and so left it; where that is not known, whose connection it was.
  public var leftBy: Process
  /// Nanoseconds of CLOCK_MONOTONIC; `nil` where that is not known.
  public var beganAt: UInt64?
  public var endedAt: UInt64?
  public var cause: Cause
  /// When the connection ended that left it, at first perhaps in FIN_WAIT2.
  var leftAt: UInt64?

  /// Why a TIME_WAIT ended.
  public enum Cause: UInt8, Sendable, BitwiseCopyable {
    /// Its time was over.
    case timer = 1
    /// A new SYN from the same address and port (`TCP_TW_SYN`).
    case syn
    /// A connect() of this host took the same addresses and ports again (`tcp_twsk_unique`).
    case reuseConnect
    /// A RST, which `tcp_rfc1337` would have had ignored.
    case rst
    /// Its network namespace has gone.
    case netns
    /// It is gone, and nothing told why: `ss -K` for one.
    case unknown

    public var name: StaticString {
      switch self {
      case .timer: "timer"
      case .syn: "syn"
      case .reuseConnect: "reuse_connect"
      case .rst: "rst"
      case .netns: "netns"
      case .unknown: "unknown"
      }
    }
  }
}
