// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

/// The records of one socket, written as the kernel would: each call adds the next. Facts that the
/// kernel-truth of a scenario does not mention have the value of an ordinary connection.
struct Script {
  var records: [Record] = []
  var socket: UInt64 = 0xffff_8880_0000_1000
  var tuple = Tuple(
    local: Address(v4: 0x0a00_0001), localPort: 40_000, remote: Address(v4: 0x0a00_0002),
    remotePort: 443)
  var base: Record.Flags = [.hasSocket]
  private(set) var clock: UInt64 = 1_000_000_000

  static let process = Process(pid: 4321, comm: Comm("curl"))

  /// A later moment.
  mutating func wait(_ microseconds: UInt64 = 100) { clock += microseconds * 1000 }

  /// The stamp of the segment that is being processed.
  var stamp: UInt64 { clock - 2000 }

  mutating func append(
    _ facts: Record.Facts, _ flags: Record.Flags = [], error: UInt16 = 0, shutdown: UInt8 = 0,
    port: UInt16? = nil
  ) {
    var tuple = tuple
    if let port { tuple.localPort = port }
    records.append(
      Record(
        socket: socket, at: clock, tuple: tuple, netns: 4_026_531_840, flags: base.union(flags),
        error: error, shutdown: shutdown, facts: facts))
    clock += 10_000
  }

  // MARK: Opens

  /// CLOSE>SYN_SENT; the port in the record is the one the socket had before, if any.
  mutating func connect(stalePort: UInt16 = 0, task: Process = Script.process) {
    append(.openedActively(cgroup: 1, uid: 1000, task: task), .owned, port: stalePort)
    wait()
  }

  /// LISTEN>SYN_RECV, at the last ACK.
  mutating func child() {
    base = []
    append(.openedPassively(cgroup: 1, uid: 33))
  }

  mutating func establish(
    from state: TCPState = .synSent, rtt: UInt32 = 40_123, retrans: UInt32 = 0,
    _ flags: Record.Flags = []
  ) {
    // Our SYN counts as acknowledged where we sent it first.
    let acked: UInt32 = state == .synSent || base.contains(.hasSocket) ? 1 : 0
    append(
      .established(
        from: state,
        Record.Handshake(
          srtt: rtt << 3, totalRetrans: retrans, sndUna: 1001, rcvNxt: 5001, bytesAcked: acked,
          bytesReceived: 0)), flags)
    wait()
  }

  /// A whole active open.
  mutating func openActively(rtt: UInt32 = 40_123) {
    connect()
    establish(rtt: rtt)
  }

  /// A whole passive open; accepted at once.
  mutating func openPassively(rtt: UInt32 = 40_321) {
    child()
    establish(from: .synRecv, rtt: rtt)
    base = .hasSocket
  }

  // MARK: Steps

  mutating func step(
    _ from: TCPState, _ to: TCPState, unsent: UInt32 = 0, _ flags: Record.Flags = []
  ) {
    append(.step(from: from, to: to, stamp: stamp, unsent: unsent), flags)
  }

  mutating func shut(
    _ from: TCPState, _ to: TCPState, lag: UInt32 = 0, unacked: UInt32 = 0, shutdown: UInt8 = 3,
    _ flags: Record.Flags = .owned,
    task: Process = Script.process
  ) {
    append(
      .shut(
        from: from, to: to, Record.Shut(lag: lag, unacked: unacked, segsOut: 4, task: task)),
      flags, shutdown: shutdown)
    if shutdown == 3 { base.remove(.hasSocket) }
  }

  mutating func closed(
    from state: TCPState, _ flags: Record.Flags = [], error: UInt16 = 0, shutdown: UInt8 = 3,
    sameSegment: Bool = false
  ) {
    closed(
      from: state, Record.Closed(segsIn: 4), flags, error: error, shutdown: shutdown,
      sameSegment: sameSegment)
  }

  mutating func closed(
    from state: TCPState, _ facts: Record.Closed, _ flags: Record.Flags = [],
    error: UInt16 = 0, shutdown: UInt8 = 3, sameSegment: Bool = false, port: UInt16? = nil
  ) {
    var facts = facts
    if facts.segsOut == 0 { facts.segsOut = 5 }
    if facts.stamp == nil { facts.stamp = sameSegment ? lastStamp : stamp }
    if state == .finWait2 || state == .closing {
      facts.jiffies = Self.jiffies(at: clock)
      facts.net = Self.net
    }
    append(.closed(from: state, facts), flags, error: error, shutdown: shutdown, port: port)
  }

  /// A segment reaches the mini socket that this connection has left.
  mutating func mini(
    _ substate: TCPState, isGone: Bool = false, hasRST: Bool = false, hasSYN: Bool = false
  ) {
    append(
      .mini(mini(in: substate), Record.Segment(isGone: isGone, hasRST: hasRST, hasSYN: hasSYN)))
  }

  mutating func resetReceived() { append(.resetReceived) }
  mutating func resetSent(isAnswer: Bool) { append(.resetSent(isAnswer: isAnswer)) }

  /// The stamp of the last step: of the segment that made it.
  private var lastStamp: UInt64? {
    guard case .step(_, _, let stamp, _)? = records.last?.facts else { return nil }
    return stamp
  }
}
