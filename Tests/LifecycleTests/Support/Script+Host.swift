// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

/// Records beside the transitions of the connection: who takes it, who listens, what a scan finds.
extension Script {
  static let netns: UInt32 = 4_026_531_840
  static let net: UInt64 = 0xffff_8880_1234_0000
  static let name = NamespaceName(inode: netns, address: net)
  /// HZ of 250.
  static let tick: UInt64 = 4_000_000
  /// `TCP_TIMEWAIT_LEN` in jiffies.
  static let timeWait: UInt64 = 15_000
  static let master = Process(pid: 1000, comm: Comm("master"))
  static let rival = Process(pid: 2000, comm: Comm("rival"))

  /// The kernel starts to count five minutes before 32 bits are full.
  static func jiffies(at time: UInt64) -> UInt64 { 4_294_892_296 + time / tick }

  /// When a jiffy begins.
  static func time(of jiffies: UInt64) -> UInt64 { (jiffies - 4_294_892_296) * tick }

  /// When the timer of a mini socket fires that is set at a time to expire in a minute.
  static func fires(_ time: UInt64) -> UInt64 {
    Self.time(of: (((jiffies(at: time) + timeWait) >> 9) + 1) << 9)
  }

  /// A mini socket whose timer was set now.
  func mini(in substate: TCPState) -> Record.Mini {
    let now = Self.jiffies(at: clock)
    return Record.Mini(
      substate: substate, expires: now + Self.timeWait, jiffies: now, net: Self.net)
  }

  mutating func taken(_ source: OwnerSource = .accept, by task: Process = Script.process) {
    append(.taken(source, cgroup: 7, uid: 500, task: task))
  }

  mutating func found(_ state: TCPState, by task: Process = .none) {
    append(.found(state, cgroup: 7, uid: 500, task: task))
  }

  mutating func foundMini(_ substate: TCPState) { append(.foundMini(mini(in: substate))) }

  mutating func scanned(_ netns: UInt32 = Script.netns, address: UInt64 = Script.net) {
    append(.scanned(address: address))
    records[records.count - 1].netns = netns
  }

  /// A listener at this connection's local port: a socket of its own.
  mutating func listen(
    _ isOpen: Bool = true, socket: UInt64 = 0xffff_8880_0900_0000, address: Address? = nil,
    isIPv6: Bool = false, by task: Process = Script.master
  ) {
    onListener(socket, address, isIPv6) { $0.append(.listening(isOpen: isOpen, task: task)) }
  }

  /// A listener that a scan finds.
  mutating func foundListener(
    socket: UInt64 = 0xffff_8880_0900_0000, address: Address? = nil, by task: Process
  ) {
    onListener(socket, address, false) { $0.found(.listen, by: task) }
  }

  private mutating func onListener(
    _ socket: UInt64, _ address: Address?, _ isIPv6: Bool, _ body: (inout Script) -> Void
  ) {
    let kept = (self.socket, tuple, base)
    self.socket = socket
    tuple.local = address ?? Address(v4: 0)
    (tuple.remote, tuple.remotePort) = (Address(v4: 0), 0)
    base = isIPv6 ? [.hasSocket, .ipv6] : .hasSocket
    body(&self)
    (self.socket, tuple, base) = kept
  }

  /// An active open whose end is a TIME_WAIT, which begins with the last record.
  mutating func leaveTimeWait() {
    openActively()
    shut(.established, .finWait1)
    step(.finWait1, .finWait2)
    closed(from: .finWait2, .done, sameSegment: true)
  }

  /// Another socket.
  mutating func nextSocket() {
    socket += 0x1000
    base = .hasSocket
  }
}
