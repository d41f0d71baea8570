// SPDX-License-Identifier: Apache-2.0
import CBPF
import Lifecycle

@testable import Capture

/// Bytes read as a story: what a kernel might tell, and what none would. The same bytes make the same
/// recording, and a changed byte changes a step of it.
struct Script {
  private let bytes: [UInt8]
  private var place = 0
  private var clock: UInt64 = 1 << 40
  private var losses = Losses()

  /// What counters wrap at, and clocks never reach.
  private static let hostile: [UInt64] = [
    0, 1, 0x7fff_ffff, 0xffff_ffff, 1 << 48, (1 << 62) - 1, 1 << 62, 1 << 63, .max - 1, .max,
  ]
  private static let tick: UInt64 = 4_000_000

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  consuming func write(_ path: String) throws {
    var script = self
    try script.run(path)
  }

  private mutating func run(_ path: String) throws {
    let origin = Origin(
      startedAt: clock, offsetToEpoch: 1 << 60, utcOffset: 3600,
      tiers: Tiers(rawValue: byte()).intersection(.all), tick: Self.tick, homeNetns: 1,
      isWhole: byte() & 1 == 0)
    let head = RecordingHead(
      program: "fuzz", host: "host", kernel: "6.12.0", machine: "m", origin: origin)
    var writer = try RecordingWriter(RecordingFile(path), head: head, cgroups: Cgroups())
    writer.beginPass(at: clock)
    while place < bytes.count { step(&writer) }
    writer.end(at: clock)
  }

  private mutating func step(_ writer: inout RecordingWriter) {
    let what = byte()
    switch what & 0x1f {
    case 0..<21: add(SYNFIN_OPEN_ACTIVE.rawValue + UInt32(what & 0x1f) % 15, to: &writer)
    case 21, 22: writer.beginPass(at: time())
    case 23, 24: endPass(&writer)
    case 25: writer.mark(RecordingFormat.Tag.scanBegan, at: time())
    case 26: writer.mark(RecordingFormat.Tag.scanEnded, at: time())
    case 27: compare(&writer)
    case 28:
      writer.note(String(decoding: (0..<Int(byte() & 15)).map { _ in byte() }, as: UTF8.self))
    case 29: writer.end(at: time())
    case 30: writer.expectLast()
    default: clock &+= 60_000_000_000
    }
  }

  // MARK: - what is written

  private mutating func add(_ kind: UInt32, to writer: inout RecordingWriter) {
    let (shape, who) = (byte(), byte())
    var head = synfin_head()
    head.sk = 0xffff_8880_0000_0000 | UInt64(who & 3) << 6
    head.at = time()
    head.kind = UInt8(kind)
    head.old_state = byte() % 13
    head.new_state = byte() % 13
    head.shutdown = shape & 3
    head.flags = UInt16(byte()) | UInt16(byte()) << 8
    head.err = [0, 0, 104, 110][Int(shape >> 2 & 3)]
    head.netns = UInt32(who >> 2 & 1) + 1
    head.local_port = 80 + UInt16(who >> 3 & 3)
    head.remote_port = 40_000 + UInt16(who >> 5 & 3)
    var record = unsafe withUnsafeBytes(of: head) { unsafe Array($0) }
    record += body(kind, of: head, isHostile: shape & 0x80 != 0)
    let isIPv6 = head.flags & UInt16(SYNFIN_IPV6.rawValue) != 0
    record += Array(repeating: 127, count: isIPv6 ? 32 : 8)
    unsafe record.withUnsafeBytes { unsafe writer.add($0) }
  }

  /// What follows the head: plausible numbers, or any bytes.
  private mutating func body(_ kind: UInt32, of head: synfin_head, isHostile: Bool) -> [UInt8] {
    let sizes: [UInt32: Int] = [
      1: 64, 2: 48, 3: 56, 4: 40, 5: 72, 6: 120, 9: 64, 10: 64, 11: 64, 12: 64, 13: 64, 14: 40,
      15: 64,
    ]
    var body = [UInt8](repeating: 0, count: (sizes[kind] ?? 32) - 32)
    if isHostile {
      for index in body.indices { body[index] = byte() }
      return body
    }
    func put(_ value: UInt64, at offset: Int, _ length: Int = 8) {
      for index in 0..<length {
        body[offset - 32 + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
      }
    }
    let (jiffies, net) = (head.at / Self.tick, UInt64(head.netns) << 12)
    switch kind {
    case SYNFIN_CLOSE.rawValue:
      put(15_000, at: 96, 4)
      put(7, at: 76, 4)
      put(UInt64(byte()), at: 60, 4)
      put(jiffies, at: 104)
      put(net, at: 112)
    case SYNFIN_MINI.rawValue, SYNFIN_FOUND_MINI.rawValue:
      put(byte() & 1 == 0 ? 6 : 5, at: 32, 1)
      put(UInt64(byte()), at: 33, 1)
      put(jiffies + 15_000, at: 40)
      put(jiffies, at: 48)
      put(net, at: 56)
    case SYNFIN_SCANNED.rawValue: put(net, at: 32)
    case SYNFIN_ESTABLISHED.rawValue: put(UInt64(byte()) << 6, at: 32, 4)
    case SYNFIN_SHUT.rawValue: put(7, at: 52, 4)
    case 1, 10, 11, 12, 15: put(7, at: 44, 4)
    default: break
    }
    return body
  }

  private mutating func endPass(_ writer: inout RecordingWriter) {
    let what = byte()
    if what & 1 != 0 { losses.ring.transitions &+= number() }
    if what & 2 != 0 { losses.ring.minis &+= number() }
    if what & 4 != 0 { losses.guardBalance = Int64(truncatingIfNeeded: number()) }
    if what & 8 != 0 { losses.ring.owners &+= number() }
    writer.endPass(LossCount(losses: losses, at: time()))
  }

  private mutating func compare(_ writer: inout RecordingWriter) {
    let what = byte()
    let netns = UInt32(what & 1) + 1
    func facts() -> NamespaceFacts {
      let at = time()
      return NamespaceFacts(
        inode: netns, cookie: UInt64(what >> 1 & 1), at: at, jiffies: number(or: at / Self.tick),
        isUsed: what & 4 == 0, minis: what & 8 == 0 ? Int(byte()) : nil, limit: 8192,
        ports: UInt16(byte())...65_535)
    }
    let name = NamespaceName(inode: netns, address: UInt64(netns) << 12)
    let answer = Comparison(
      name: name, before: what & 16 == 0 ? facts() : nil, after: what & 32 == 0 ? facts() : nil)
    writer.add(answer, at: clock)
  }

  // MARK: - what is read

  private mutating func byte() -> UInt8 {
    guard place < bytes.count else { return 0 }
    defer { place += 1 }
    return bytes[place]
  }

  /// Mostly a little later than the last; sometimes before it, or never.
  private mutating func time() -> UInt64 {
    let step = byte()
    switch step >> 6 {
    case 0, 1: clock &+= UInt64(step) << 16
    case 2: clock &-= UInt64(step & 63) << 20
    default:
      if step & 32 != 0 { return Self.hostile[Int(step & 31) % Self.hostile.count] }
      clock &+= UInt64(step & 31) << 30
    }
    return clock
  }

  private mutating func number(or likely: UInt64? = nil) -> UInt64 {
    let choice = byte()
    if choice & 0x80 != 0 { return Self.hostile[Int(choice & 0x7f) % Self.hostile.count] }
    return likely ?? UInt64(choice)
  }
}
