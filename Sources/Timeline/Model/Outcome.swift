// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// How a connection ended, in a word for the end of its bar: ``Verdict``'s words, those of the open and
/// of the close in one list.
public enum Outcome: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// It had not ended at the stop.
  case open
  /// FINs of both sides; who closed first, as far as that is known.
  case closedByUs, closedByPeer, closedByBoth, closed
  /// This end is closed, its peer's is not; or was not when the time of that was over.
  case half, orphanTimeout
  /// It never was open: a RST answered, an ICMP error, nothing; the application gave up; no port.
  case refused, unreachable, connectTimeout, givenUp, noPorts
  case resetByUs, resetByPeer
  /// The peer did not acknowledge data, or did not answer probes.
  case retransmitTimeout, keepaliveTimeout
  /// Dropped here without a RST.
  case aborted
  /// Somebody with the right to ended it (`ss -K`).
  case adminAbort
  /// It failed or ended, or may have, and how was not told.
  case unknown

  public init(_ end: ConnectionEnd) {
    let verdict = end.verdict
    if let close = verdict.close {
      self.init(close, verdict.firstFIN)
    } else if end.ending?.isClosed == true {
      self.init(failed: verdict.openResult)
    } else {
      // An open one whose handshake may be unfinished is open all the same.
      let isOpening = end.connection.state == .synSent || end.connection.state == .synRecv
      self = isOpening && verdict.openResult == .unknown ? .unknown : .open
    }
  }

  private init(_ close: Close, _ firstFIN: FirstFIN?) {
    self =
      switch close {
      case .fourWay, .threeWay, .simultaneous:
        switch firstFIN {
        case .local: .closedByUs
        case .remote: .closedByPeer
        case .both: .closedByBoth
        case nil: .closed
        }
      case .half: .half
      case .orphanTimeout: .orphanTimeout
      case .resetSent: .resetByUs
      case .resetReceived: .resetByPeer
      case .aborted: .aborted
      case .retransmitTimeout: .retransmitTimeout
      case .keepaliveTimeout: .keepaliveTimeout
      case .adminAbort: .adminAbort
      case .unknown: .unknown
      }
  }

  private init(failed result: OpenResult?) {
    self =
      switch result {
      case .refused: .refused
      case .unreachable: .unreachable
      case .timeout: .connectTimeout
      case .aborted: .givenUp
      case .adminAbort: .adminAbort
      case .noPorts: .noPorts
      case .established, .unknown, nil: .unknown
      }
  }

  /// The word of the picture.
  public var label: StaticString {
    switch self {
    case .open: "open"
    case .closedByUs: "closed by us"
    case .closedByPeer: "closed by peer"
    case .closedByBoth: "closed by both"
    case .closed: "closed"
    case .half: "half-closed"
    case .orphanTimeout: "orphan timeout"
    case .refused: "refused"
    case .unreachable: "unreachable"
    case .connectTimeout: "connect timeout"
    case .givenUp: "given up"
    case .noPorts: "no ports"
    case .resetByUs: "reset by us"
    case .resetByPeer: "reset by peer"
    case .retransmitTimeout: "retransmit timeout"
    case .keepaliveTimeout: "keepalive timeout"
    case .aborted: "aborted"
    case .adminAbort: "admin abort"
    case .unknown: "end unknown"
    }
  }

  /// Whether it is nothing to wonder at: still open, or closed by FINs.
  public var isOrderly: Bool {
    switch self {
    case .open, .closedByUs, .closedByPeer, .closedByBoth, .closed: true
    default: false
    }
  }

  /// Whether it ended at a moment, and not by FINs: by a RST, an error, a timer, somebody's order.
  public var isAbrupt: Bool {
    switch self {
    case .resetByUs, .resetByPeer, .retransmitTimeout, .keepaliveTimeout, .aborted, .adminAbort:
      true
    default: isFailedOpen
    }
  }

  /// Whether the connection never was established.
  public var isFailedOpen: Bool {
    switch self {
    case .refused, .unreachable, .connectTimeout, .givenUp, .noPorts: true
    default: false
    }
  }
}
