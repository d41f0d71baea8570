// SPDX-License-Identifier: Apache-2.0

/// What synfin says of a connection that has ended, or has not yet.
///
/// Every field is right, or says that it does not know.
public struct Verdict: Equatable, Sendable {
  public var openResult: OpenResult?
  public var close: Close?
  public var firstFIN: FirstFIN?
  public var reset: Reset?
  public var why: ResetReason?
  public var endsIn: EndsIn?
  /// Where TIME_WAIT began inside a mini socket, that.
  public var via: EndsIn?
  /// Payload only: neither SYN nor FIN counts. `nil` where it cannot be told.
  public var bytesSent: UInt64?
  public var bytesReceived: UInt64?
  public var retrans: UInt32?

  init() {}
}

/// What may be missing when a verdict is made.
public struct Doubt: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A transition of some connection was lost while this one lived, or the reset programs are off:
  /// that nothing was told is no proof that nothing was.
  public static let transitions = Doubt(rawValue: 1 << 0)
  public static let resets = Doubt(rawValue: 1 << 1)
  /// A transition was lost between the tracer's start and the first record of this connection.
  public static let beginning = Doubt(rawValue: 1 << 2)
  /// What reached a mini socket may not have been told.
  public static let minis = Doubt(rawValue: 1 << 4)
  /// A transition was lost between its open and its becoming ESTABLISHED.
  public static let handshake = Doubt(rawValue: 1 << 3)
}

extension Verdict {
  init(_ connection: Connection, _ ending: Ending?, doubt: Doubt) {
    if let ending, ending.isClosed, ending.isBare {
      self = .bare(connection, ending, doubt: doubt)
    } else if let ending, ending.isClosed {
      let isOpening = ending.closedFrom == .synSent || ending.closedFrom == .synRecv
      self =
        isOpening
        ? .openFailure(connection, ending, doubt: doubt)
        : .closed(connection, ending, doubt: doubt)
    } else {
      self = .open(connection, doubt: doubt)
    }
  }

  /// A connection whose end has not been told: because it has not ended, or because that was lost.
  private static func open(_ connection: Connection, doubt: Doubt) -> Verdict {
    var verdict = Verdict()
    let mayHaveEnded = doubt.contains(.transitions)
    switch connection.state {
    case .synSent, .synRecv:
      verdict.openResult = mayHaveEnded ? .unknown : nil
      return verdict
    case .closeWait, .lastAck:
      verdict.firstFIN = .remote
    case .finWait2:
      verdict.firstFIN = .local
    default:
      // Whether the FIN of a FIN_WAIT1 has been sent is not known before it is acknowledged.
      break
    }
    verdict.openResult =
      connection.mayBeUnfinished(in: connection.state, doubt) ? .unknown : .established
    if mayHaveEnded { verdict.close = .unknown }
    return verdict
  }
}
