// SPDX-License-Identifier: Apache-2.0
import CBPF
import Lifecycle
import Testing

@testable import Capture

/// The contract of record.h, from this side: what C lays out is what Swift reads.
struct RecordDecoderTests {
  @Test func sizesAndOffsetsAreTheContracts() {
    #expect(MemoryLayout<synfin_head>.size == 32)
    #expect(MemoryLayout<synfin_owned>.size == 64)
    #expect(MemoryLayout<synfin_open_passive>.size == 48)
    #expect(MemoryLayout<synfin_established>.size == 56)
    #expect(MemoryLayout<synfin_step>.size == 40)
    #expect(MemoryLayout<synfin_shut>.size == 72)
    #expect(MemoryLayout<synfin_close>.size == 120)
    #expect(MemoryLayout<synfin_cpu>.size == 136)
    #expect(MemoryLayout<synfin_mini>.size == 64)
    #expect(MemoryLayout<synfin_scanned>.size == 40)
    #expect(MemoryLayout<synfin_bare>.size == 56)
    #expect(MemoryLayout<synfin_bare>.offset(of: \.task) == 36)
    #expect(MemoryLayout<synfin_due>.size == 16)
    #expect(MemoryLayout<synfin_head>.offset(of: \.flags) == 20)
    #expect(MemoryLayout<synfin_head>.offset(of: \.netns) == 24)
    #expect(MemoryLayout<synfin_close>.offset(of: \.soft) == 72)
    #expect(MemoryLayout<synfin_close>.offset(of: \.task) == 76)
    #expect(MemoryLayout<synfin_shut>.offset(of: \.task) == 52)
    #expect(MemoryLayout<synfin_owned>.offset(of: \.task) == 44)
    #expect(MemoryLayout<synfin_cpu>.offset(of: \.lost) == 24)
  }

  @Test func flagsAreTheContracts() {
    let pairs: [(Record.Flags, synfin_flag)] = [
      (.owned, SYNFIN_OWNED), (.dead, SYNFIN_DEAD), (.done, SYNFIN_DONE),
      (.hasSocket, SYNFIN_HAS_SOCKET), (.exiting, SYNFIN_EXITING), (.signaled, SYNFIN_SIGNALED),
      (.kthread, SYNFIN_KTHREAD), (.mptcp, SYNFIN_MPTCP), (.linger0, SYNFIN_LINGER0),
      (.linger2Negative, SYNFIN_LINGER2), (.repair, SYNFIN_REPAIR), (.ipv6, SYNFIN_IPV6),
      (.second, SYNFIN_SECOND), (.noFamily, SYNFIN_NO_FAMILY), (.timeWaitFull, SYNFIN_TW_FULL),
    ]
    for (swift, c) in pairs { #expect(UInt32(swift.rawValue) == c.rawValue) }
  }

  @Test func closeIsReadWhole() throws {
    var body = synfin_close()
    body.head = head(SYNFIN_CLOSE, from: 5, to: 7)
    body.head.err = 104
    body.head.shutdown = 3
    body.bytes_acked = 1 << 40
    body.bytes_received = 7
    body.age = 1500
    body.total_retrans = 2
    body.unread = 3
    body.unacked = 4
    body.unsent = 5
    body.segs = 6
    body.soft = 113
    body.probes = 8
    body.retransmits = 9
    body.task.pid = 4321
    body.task.comm.0 = 0x6e
    let record = try #require(decode(body, v4))
    guard case .closed(let from, let closed) = record.facts else {
      Issue.record("not a close: \(record)")
      return
    }
    #expect(from == .finWait2)
    #expect(record.error == 104)
    #expect(record.shutdown == 3)
    #expect(closed.bytesAcked == 1 << 40)
    #expect(closed.stamp == record.at - 1500)
    #expect(closed.unread == 3 && closed.unacked == 4 && closed.unsent == 5)
    #expect(closed.segsOut == 6 && closed.softError == 113)
    #expect(closed.probes == 8 && closed.retransmits == 9 && closed.totalRetrans == 2)
    #expect(closed.task == Process(pid: 4321, comm: Comm("n")))
    #expect(record.tuple.local == Address(v4: 0x7f00_0001))
    #expect(record.tuple.remote == Address(v4: 0x0a00_0002))
    #expect(record.tuple.localPort == 443 && record.tuple.remotePort == 51_000)
    #expect(record.netns == 4_026_531_840)
  }

  @Test func longAgoIsNoStamp() throws {
    var body = synfin_step()
    body.head = head(SYNFIN_STEP, from: 4, to: 5)
    body.age = .max
    let record = try #require(decode(body, v4))
    #expect(record.edge == Edge(from: .finWait1, to: .finWait2))
    guard case .step(_, _, nil, _) = record.facts else {
      Issue.record("a stamp out of nothing: \(record)")
      return
    }
  }

  @Test func addressesOfIPv6FollowTheBody() throws {
    var body = synfin_established()
    body.head = head(SYNFIN_ESTABLISHED, from: 2, to: 1)
    body.head.flags = UInt16(SYNFIN_IPV6.rawValue)
    body.srtt_us = 800
    let local: [UInt8] = [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
    let remote: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 10, 0, 0, 2]
    let record = try #require(decode(body, local + remote))
    #expect(record.tuple.local == Address(high: 0x2001_0db8_0000_0000, low: 1))
    #expect(record.tuple.remote.v4 == 0x0a00_0002)
  }

  /// One layout, told of for five reasons.
  @Test func ownersAreToldApart() throws {
    var body = synfin_owned()
    body.cgroup = 7
    body.uid = 33
    body.task.pid = 4321
    func facts(_ kind: synfin_kind, from: UInt8, to: UInt8) throws -> Record.Facts {
      body.head = head(kind, from: from, to: to)
      return try #require(decode(body, v4)).facts
    }
    guard case .openedActively(7, 33, let task) = try facts(SYNFIN_OPEN_ACTIVE, from: 7, to: 2),
      task.pid == 4321,
      case .listening(true, let listener) = try facts(SYNFIN_LISTEN, from: 7, to: 10),
      listener.pid == 4321,
      case .listening(false, _) = try facts(SYNFIN_LISTEN, from: 10, to: 7),
      case .taken(.accept, 7, 33, _) = try facts(SYNFIN_ACCEPT, from: 1, to: 1),
      case .taken(.io, 7, 33, _) = try facts(SYNFIN_READ, from: 8, to: 8),
      case .found(.closeWait, 7, 33, _) = try facts(SYNFIN_FOUND, from: 8, to: 8)
    else {
      Issue.record("an owner's record was taken for another")
      return
    }
  }

  @Test func miniSocketsAreReadWhole() throws {
    var body = synfin_mini()
    body.head = head(SYNFIN_MINI, from: 6, to: 6)
    body.head.flags = UInt16(SYNFIN_GONE.rawValue)
    body.substate = 6
    body.tcp_flags = 0x14
    body.expires = 1 << 33
    body.jiffies = 77
    body.net = 0xffff_8880_0000_2000
    guard case .mini(let mini, let segment) = try #require(decode(body, v4)).facts else {
      Issue.record("not a segment of a mini socket")
      return
    }
    #expect(
      mini
        == Record.Mini(
          substate: .timeWait, expires: 1 << 33, jiffies: 77, net: 0xffff_8880_0000_2000))
    #expect(segment == Record.Segment(isGone: true, hasRST: true, hasSYN: false))
    body.head.kind = UInt8(SYNFIN_FOUND_MINI.rawValue)
    guard case .foundMini(mini) = try #require(decode(body, v4)).facts else {
      Issue.record("not a mini socket that was found")
      return
    }
  }

  /// Older kernels leave behind a name's end what was there before.
  @Test(arguments: ["", "n", "sevenxx", "eightxxx", "ninexxxxx", "fifteenxxxxxxxx"])
  func nameEndsAtItsZero(_ name: String) throws {
    var body = synfin_bare()
    body.head = head(SYNFIN_BARE, from: 1, to: 4)
    body.task.pid = 4321
    unsafe withUnsafeMutableBytes(of: &body.task.comm) { bytes in
      for index in 0..<16 { unsafe bytes[index] = 0x2f }
      for (index, byte) in (Array(name.utf8) + [0]).enumerated() { unsafe bytes[index] = byte }
    }
    guard case .told(_, _, let task) = try #require(decode(body, v4)).facts else {
      Issue.record("not a transition")
      return
    }
    #expect(task.comm == Comm(name))
  }

  @Test func bareIsReadAsWhatItsStatesAre() throws {
    var body = synfin_bare()
    body.task.pid = 4321
    body.task.comm.0 = 0x6e
    let process = Process(pid: 4321, comm: Comm("n"))
    body.head = head(SYNFIN_BARE, from: 1, to: 4)
    guard case .told(.established, .finWait1, process) = try #require(decode(body, v4)).facts else {
      Issue.record("not a transition")
      return
    }
    body.head = head(SYNFIN_BARE, from: 7, to: 10)
    guard case .listening(isOpen: true, process) = try #require(decode(body, v4)).facts else {
      Issue.record("not a listener")
      return
    }
    body.head = head(SYNFIN_BARE, from: 10, to: 7)
    guard case .listening(isOpen: false, _) = try #require(decode(body, v4)).facts else {
      Issue.record("not a listener's end")
      return
    }
  }

  /// What is too short, or of no kind or state that there is, is counted and nothing else.
  @Test func anyBytesAreTaken() {
    var body = synfin_close()
    body.head = head(SYNFIN_CLOSE, from: 5, to: 7)
    let whole = bytes(body) + v4
    for length in 0..<whole.count { #expect(decode(Array(whole[..<length])) == nil) }
    #expect(decode(whole) != nil)
    for kind in [UInt8(0), 17, 255] {
      var other = whole
      other[16] = kind
      #expect(decode(other) == nil)
    }
    var other = whole
    other[17] = 13
    #expect(decode(other) == nil)
  }

  // MARK: Bytes

  /// 127.0.0.1 and 10.0.0.2, in network order.
  private let v4: [UInt8] = [127, 0, 0, 1, 10, 0, 0, 2]

  private func head(_ kind: synfin_kind, from: UInt8, to: UInt8) -> synfin_head {
    var head = synfin_head()
    head.sk = 0xffff_8880_1234_5678
    head.at = 5_000_000_000
    head.kind = UInt8(kind.rawValue)
    head.old_state = from
    head.new_state = to
    head.netns = 4_026_531_840
    head.local_port = 443
    head.remote_port = 51_000
    return head
  }

  private func bytes<Body: BitwiseCopyable>(_ body: Body) -> [UInt8] {
    unsafe withUnsafeBytes(of: body) { unsafe Array($0) }
  }

  private func decode<Body: BitwiseCopyable>(_ body: Body, _ addresses: [UInt8]) -> Record? {
    decode(bytes(body) + addresses)
  }

  private func decode(_ bytes: [UInt8]) -> Record? {
    unsafe bytes.withUnsafeBytes { unsafe RecordDecoder.decode($0) }
  }
}
