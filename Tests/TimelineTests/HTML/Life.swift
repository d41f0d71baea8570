// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

/// The records of one socket, as the kernel would make them.
struct Life {
  let socket: UInt64
  let tuple: Tuple
  let task: Process
  var now: UInt64
  /// How long it is established, in nanoseconds.
  let length: UInt64
  private(set) var records: [Record] = []

  init(socket: UInt64, tuple: Tuple, task: Process, now: UInt64, length: UInt64) {
    self.socket = socket
    self.tuple = tuple
    self.task = task
    self.now = now
    self.length = length
  }

  mutating func tell(_ kind: Day.Kind) {
    switch kind {
    case .refused, .connectTimeout: fail(kind)
    case .existing: add(.step(from: .established, to: .closeWait, stamp: 100, unsent: 0), .done)
    case .server:
      open(isPassive: true)
      add(.taken(.accept, cgroup: 78, uid: 33, task: task), [.owned, .hasSocket])
      closeSecond()
    case .nobodys: open(isPassive: true)
    default:
      open(isPassive: false)
      end(kind)
    }
  }

  private mutating func end(_ kind: Day.Kind) {
    now += length
    switch kind {
    case .closedByUs: closeFirst()
    case .closedByPeer: closeSecond()
    case .resetByPeer:
      add(.resetReceived)
      add(.closed(from: .established, closed()), .hasSocket, error: 104)
    case .resetByUs:
      add(.closed(from: .established, closed()), [.owned, .linger0])
      add(.resetSent(isAnswer: false))
    default: break
    }
  }

  private mutating func open(isPassive: Bool) {
    let handshake = Record.Handshake(
      srtt: 84 * 8, totalRetrans: 0, sndUna: 1001, rcvNxt: 2001, bytesAcked: isPassive ? 0 : 1,
      bytesReceived: 0)
    if isPassive {
      add(.openedPassively(cgroup: 78, uid: 33), after: 0)
      add(.established(from: .synRecv, handshake), after: 10_000)
    } else {
      connect()
      add(.established(from: .synSent, handshake), .hasSocket, after: 90_300)
    }
  }

  private mutating func connect() {
    add(.openedActively(cgroup: 77, uid: 1000, task: task), [.owned, .hasSocket], after: 0)
  }

  private mutating func fail(_ kind: Day.Kind) {
    connect()
    if kind == .refused { add(.resetReceived) }
    now += kind == .connectTimeout ? length : 0
    add(
      .closed(from: .synSent, Record.Closed(unacked: 1, segsIn: 1)),
      error: kind == .refused ? 111 : 110)
  }

  private mutating func closeFirst() {
    add(
      .shut(from: .established, to: .finWait1, Record.Shut(task: task)), [.owned, .dead],
      shutdown: 3)
    add(.step(from: .finWait1, to: .finWait2, stamp: 100, unsent: 0), .dead, after: 300_000)
    add(.closed(from: .finWait2, closed()), [.dead, .done], shutdown: 3, after: 2_000_000)
  }

  private mutating func closeSecond() {
    add(.step(from: .established, to: .closeWait, stamp: 100, unsent: 0), .done, after: length)
    add(
      .shut(from: .closeWait, to: .lastAck, Record.Shut(task: task)), [.owned, .dead, .done],
      shutdown: 3, after: 4_000_000)
    add(.closed(from: .lastAck, closed()), [.dead, .done], shutdown: 3)
  }

  private func closed() -> Record.Closed {
    Record.Closed(
      bytesAcked: 514, bytesReceived: 70_001, stamp: 200, totalRetrans: 2, segsIn: 9)
  }

  private mutating func add(
    _ facts: Record.Facts, _ flags: Record.Flags = [], error: UInt16 = 0, shutdown: UInt8 = 0,
    after: UInt64 = 20_000
  ) {
    now += after
    records.append(
      Record(
        socket: socket, at: now, tuple: tuple, netns: 4_026_531_840, flags: flags, error: error,
        shutdown: shutdown, facts: facts))
  }
}
