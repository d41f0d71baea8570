// SPDX-License-Identifier: Apache-2.0

/// What is known of how a connection ends, from its first FIN or abort on.
public struct Ending: Sendable, BitwiseCopyable {
  /// The states entered since ESTABLISHED, each with its time, in order. A connection enters at most
  /// three before CLOSE (FIN_WAIT1, then FIN_WAIT2 or CLOSING; CLOSE_WAIT and LAST_ACK).
  public var entered = Entered()
  public var closer: Closer = .none
  /// The process that ended it administratively (`ss -K`).
  public var killer: Process = .none
  /// On the second closer: what was known just before its FIN.
  var secondFIN: Record.Shut?
  /// On the first closer: the stamp of the segment that acknowledged our FIN.
  var finAckStamp: UInt64?
  /// At FIN_WAIT1>CLOSING: whether our FIN was on the wire when the peer's came.
  var finsCrossed: Bool?
  var resetReceived = false
  /// A RST was sent because this host decided to end the connection.
  var resetDecided = false
  /// A RST answered a segment that came after the end.
  var resetAnswered = false
  /// What became of the mini socket that was left, and when.
  var mini: MiniOutcome?
  public var miniAt: UInt64 = 0
  /// CLOSE, and everything the socket knew at it.
  public var closedAt: UInt64 = 0
  public internal(set) var closedFrom: TCPState = .closed
  var flags: Record.Flags = []
  var shutdown: UInt8 = 0
  public var error: UInt16 = 0
  var closed = Record.Closed()
  /// Of CLOSE the state before is told, and nothing that the socket knew.
  public internal(set) var isBare = false
  /// A RST was sent because this host decided to, and after CLOSE: a call of close(), connect() or exit
  /// made it (`__tcp_close`, `tcp_disconnect`), where one of a timer or of `tcp_abort()` comes before.
  var resetFollowed = false

  init() {}

  /// When the last state before CLOSE was entered; 0 where that was not told.
  var lastEnteredAt: UInt64 { entered.count == 0 ? 0 : entered[entered.count - 1].at }

  public var isClosed: Bool { closedAt != 0 }

  /// CLOSE, or what a segment made of the mini socket that was left. When a mini socket's time ran
  /// out is not told, and not guessed.
  public var endedAt: UInt64 {
    miniAt != 0 && mini != .expired && mini != .vanished ? miniAt : closedAt
  }

  /// Up to four states with their times, kept in place.
  public struct Entered: Sendable, BitwiseCopyable {
    private var states: InlineArray<4, UInt8> = .init(repeating: 0)
    private var times: InlineArray<4, UInt64> = .init(repeating: 0)
    public private(set) var count = 0

    mutating func append(_ state: TCPState, at: UInt64) {
      guard count < 4 else { return }
      states[count] = state.rawValue
      times[count] = at
      count += 1
    }

    public subscript(index: Int) -> (state: TCPState, at: UInt64) {
      (TCPState(rawValue: states[index]) ?? .closed, times[index])
    }
  }
}
