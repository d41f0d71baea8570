// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

/// The records of one socket in the order the kernel would make them, some time after one another.
struct Story: CustomTestStringConvertible {
  private(set) var records: [Record] = []
  private var now = Self.beginning
  var tuple = Tuple(
    local: Address(v4: 0x0a00_0001), localPort: 40_000, remote: Address(v4: 0xc000_0207),
    remotePort: 443)
  /// Whether the socket is an IPv6 one.
  var isIPv6 = false

  var testDescription: String { "\(records.count) records" }

  static let beginning: UInt64 = 5_000_000_000
  static let client = Process(pid: 4321, comm: Comm("curl"))

  mutating func tell(
    after nanoseconds: UInt64 = 1_000_000, _ facts: Record.Facts, flags: Record.Flags = [],
    error: UInt16 = 0, shutdown: UInt8 = 0
  ) {
    now += nanoseconds
    records.append(
      Record(
        socket: 0xffff_8880_0000_1000, at: now, tuple: tuple, netns: 4_026_531_840,
        flags: isIPv6 ? flags.union(.ipv6) : flags, error: error, shutdown: shutdown, facts: facts))
  }

  /// What becomes of the one connection that is told.
  func end() throws -> ConnectionEnd {
    let told = Told(records)
    #expect(told.ends.count == 1)
    return try #require(told.ends.first)
  }
}

extension Story {
  mutating func connect(task: Process = Story.client) {
    tell(
      .openedActively(cgroup: 77, uid: 1000, task: task), flags: [.owned, .hasSocket])
  }

  /// ESTABLISHED, with one sample of 84 µs; our SYN is already counted as acknowledged.
  mutating func establish(after nanoseconds: UInt64 = 90_000, retrans: UInt32 = 0) {
    let handshake = Record.Handshake(
      srtt: 84 * 8, totalRetrans: retrans, sndUna: 1001, rcvNxt: 2001, bytesAcked: 1,
      bytesReceived: 0)
    tell(after: nanoseconds, .established(from: .synSent, handshake), flags: .hasSocket)
  }

  mutating func accept(sample: UInt32 = 84, retrans: UInt32 = 0) {
    tell(.openedPassively(cgroup: 78, uid: 33))
    let handshake = Record.Handshake(
      srtt: sample * 8, totalRetrans: retrans, sndUna: 1001, rcvNxt: 2001, bytesAcked: 0,
      bytesReceived: 0)
    tell(after: 10_000, .established(from: .synRecv, handshake))
  }

  /// close(), the ACK of our FIN, and later the peer's FIN: the socket leaves a TIME_WAIT.
  mutating func closeFirst(task: Process = Story.client, flags: Record.Flags = []) {
    tell(
      .shut(from: .established, to: .finWait1, Record.Shut(task: task)),
      flags: flags.union([.owned, .dead]), shutdown: 3)
    tell(.step(from: .finWait1, to: .finWait2, stamp: 100, unsent: 0), flags: .dead)
    let closed = Record.Closed(
      bytesAcked: 1 + 512 + 1, bytesReceived: 1500 + 1, stamp: 200, totalRetrans: 2, segsIn: 9)
    tell(.closed(from: .finWait2, closed), flags: [.dead, .done], shutdown: 3)
  }

  /// The peer's FIN first, then ours, and its ACK.
  mutating func closeSecond(task: Process = Story.client) {
    tell(.step(from: .established, to: .closeWait, stamp: 100, unsent: 0), flags: .done)
    tell(
      .shut(from: .closeWait, to: .lastAck, Record.Shut(task: task)),
      flags: [.owned, .dead, .done], shutdown: 3)
    let closed = Record.Closed(bytesAcked: 512 + 1, bytesReceived: 1500 + 1, stamp: 200)
    tell(.closed(from: .lastAck, closed), flags: [.dead, .done], shutdown: 3)
  }

  /// The longest of everything: addresses of 39 characters, a pid of 7 digits, a comm of 15 bytes.
  static var longest: Story {
    var story = Story()
    story.isIPv6 = true
    story.tuple = Tuple(
      local: .longest, localPort: 65_535, remote: .longest, remotePort: 65_534)
    let task = Process(pid: 4_194_304, comm: Comm("fifteen-letters"))
    story.connect(task: task)
    story.establish()
    story.closeFirst(task: task)
    return story
  }

  /// A client that connects, sends, receives and closes.
  static var whole: Story {
    var story = Story()
    story.connect()
    story.establish()
    story.closeFirst()
    return story
  }

  /// It was there before the tracer, and is there after it; of its peer's FIN alone is told.
  static var barelySeen: Story {
    var story = Story()
    story.tell(.step(from: .established, to: .closeWait, stamp: 100, unsent: 0))
    return story
  }

  /// A RST answered the SYN.
  static var refused: Story {
    var story = Story()
    story.connect()
    story.tell(.resetReceived)
    story.tell(.closed(from: .synSent, Record.Closed(segsIn: 1)), error: 111)
    return story
  }
}

extension Address {
  /// Nothing in it can be shortened.
  static let longest = Address(high: 0x2001_0db8_1111_2222, low: 0x3333_4444_5555_6666)
}
