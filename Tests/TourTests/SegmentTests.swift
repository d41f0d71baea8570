// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Tour

@Suite struct SegmentTests {
  private func transit(
    _ flags: Packet.Flags, _ side: Side, _ sequence: UInt32, ack: UInt32 = 0, isForged: Bool = false
  ) -> Transit {
    let ports = MadeUp.ports
    var transit = Transit(
      from: side,
      Forgery.segment(
        from: side, ports: (ports.own(side), ports.own(side.other)), sequence: sequence,
        acknowledgment: ack, flags: flags), takenAt: isForged ? nil : 1)
    transit.deliveredAt = [2]
    return transit
  }

  @Test func relativeNumbers() {
    let segments = [Segment]([
      transit(.syn, .client, .max), transit([.syn, .ack], .server, 70, ack: 0),
      transit(.ack, .client, 0, ack: 71),
    ])
    #expect(segments.map(\.sequence) == [0, 0, 1])
    #expect(segments.map(\.acknowledgment) == [nil, 1, 1])
    #expect(segments[1].acknowledges(segments[0]) && segments[2].acknowledges(segments[1]))
    #expect(!segments[0].acknowledges(segments[1]))
  }

  /// The same ports again, with other numbers.
  @Test func nextConnection() {
    let segments = [Segment]([
      transit(.syn, .client, 10), transit([.syn, .ack], .server, 20, ack: 11),
      transit(.syn, .client, 500), transit(.rst, .server, 21),
      transit([.syn, .ack], .server, 900, ack: 501),
    ])
    #expect(segments.map(\.sequence) == [0, 0, 0, nil, 0])
    #expect(segments[4].acknowledgment == 1)
  }

  /// What nobody has sent does not count where somebody has.
  @Test func forgedSYN() {
    let segments = [Segment]([
      transit(.syn, .client, 10), transit(.syn, .client, 15, isForged: true),
      transit([.syn, .ack], .server, 20, ack: 11),
    ])
    #expect(segments.map(\.sequence) == [0, 5, 0])
    #expect(segments[1].isForged && segments[2].acknowledgment == 1)
  }

  @Test func fates() {
    var packets = [Transit](repeating: transit(.syn, .client, 1), count: 5)
    packets[1].fate = .dropped
    packets[2].fate = .held
    packets[3].fate = .delayed(milliseconds: 1)
    packets[4].fate = .unreachable(code: 1)
    let words = [Segment](packets).map { "\($0.fate.word)" }
    #expect(words == ["delivered", "lost", "held", "delayed", "lost"])
  }

  /// Read back as it was written, with sums that add up (RFC 1071).
  @Test(arguments: [0, 1, 8])
  func forgery(length: Int) throws {
    let bytes = Forgery.segment(
      from: .server, ports: (80, 40_000), sequence: 1, acknowledgment: 2, flags: [.fin, .ack],
      payload: [UInt8](repeating: 0xab, count: length))
    let packet = try #require(Packet(bytes[...]))
    #expect((packet.from, packet.to, packet.sequence, packet.acknowledgment) == (80, 40_000, 1, 2))
    #expect(packet.flags == [.fin, .ack] && packet.length == length && packet.end == 2 + length)
    func sum(_ bytes: some Collection<UInt8>) -> Int {
      var total = 0
      for (index, byte) in bytes.enumerated() {
        total += index % 2 == 0 ? Int(byte) << 8 : Int(byte)
      }
      while total > 0xffff { total = total & 0xffff + total >> 16 }
      return total
    }
    #expect(sum(bytes[..<20]) == 0xffff)
    let pseudo = Array(bytes[12..<20]) + [0, 6, 0, UInt8(bytes.count - 20)]
    #expect(sum(pseudo + bytes[20...]) == 0xffff)
  }

  @Test func notASegment() {
    #expect(Packet([0x60, 0, 0, 0][...]) == nil)
    #expect(Packet([UInt8](repeating: 0, count: 60)[...]) == nil)
    var udp = Forgery.segment(
      from: .client, ports: (1, 2), sequence: 0, acknowledgment: 0, flags: .syn)
    udp[9] = 17
    #expect(Packet(udp[...]) == nil)
  }
}
