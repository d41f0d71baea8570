// SPDX-License-Identifier: Apache-2.0
import CBPF
import Lifecycle
import Testing

@testable import Capture

/// What is written into a recording is what is read from it.
struct RecordingTests {
  /// Every kind of record, many times over.
  @Test func recordsComeBack() throws {
    let folder = try TemporaryFolder()
    var random = Numbers(state: 42)
    let records = (0..<5000).map {
      RawRecord.any($0, at: TestRecording.startedAt + UInt64($0) * 777, &random)
    }
    var writer = try RecordingWriter(
      RecordingFile(folder.file("made")), head: TestRecording.head, cgroups: Cgroups())
    writer.beginPass(at: TestRecording.startedAt)
    for record in records { unsafe record.withUnsafeBytes { unsafe writer.add($0) } }
    writer.expectLast()
    writer.endPass(LossCount(at: TestRecording.startedAt + 1))
    writer.end(at: TestRecording.startedAt + 1)
    #expect(writer.records == 5000)

    let heard = try Heard(folder.file("made"))
    #expect(heard.missing == nil && heard.unreadable == 0 && heard.head == TestRecording.head)
    let expected = records.map { bytes in
      unsafe bytes.withUnsafeBytes { unsafe "\(RecordDecoder.decode($0) as Any)" }
    }
    #expect(heard.records.map { "\(Optional($0) as Any)" } == expected)
    #expect(!expected.contains("nil"))
  }

  @Test func readingsComeBack() throws {
    let recording = try TestRecording(readings: 5, records: 7)
    let heard = try Heard(recording.bytes, in: TemporaryFolder())
    #expect(heard.times == recording.times && heard.missing == nil)
    // The first is what a scan at the start has found.
    #expect(heard.passes.count == 4 && heard.passes == heard.passes.sorted())
    #expect(recording.blocks.count == 6)
  }

  /// Blocks are full where they are, and not where readings are.
  @Test func readingsGoOnFromBlockToBlock() throws {
    let recording = try TestRecording(readings: 20, records: 250, apart: 10_000_000)
    let heard = try Heard(recording.bytes, in: TemporaryFolder())
    #expect(heard.times == recording.times && heard.missing == nil)
    #expect(heard.passes.count == 19 && recording.blocks.count > 5)
    #expect(recording.full.allSatisfy { $0.place.count <= RecordingFormat.longestBlock })
  }

  /// A host may have more namespaces than a block has room for, and what is said of them comes back.
  @Test func manyNamespacesComeBack() throws {
    let folder = try TemporaryFolder()
    var writer = try RecordingWriter(
      RecordingFile(folder.file("made")), head: TestRecording.head, cgroups: Cgroups())
    let at = TestRecording.startedAt
    writer.beginPass(at: at)
    writer.endPass(LossCount(at: at))
    var random = Numbers(state: 5)
    for number in UInt32(1)...5000 {
      let facts = NamespaceFacts(
        inode: number, cookie: random.next(), at: at, jiffies: random.next(), minis: Int(number))
      let name = NamespaceName(inode: number, address: random.next())
      writer.add(Comparison(name: name, before: facts, after: facts), at: at)
    }
    writer.expectLast()
    writer.endPass(LossCount(at: at + 1))
    writer.end(at: at + 1)
    var replay = try Replay(folder.file("made"))
    #expect(try replay.wait(until: nil) == .records)
    #expect(replay.drain { _ in } == 0)
    _ = replay.endPass()
    #expect(replay.compare([]).map(\.name.inode) == Array(1...5000))
    #expect(replay.missing == nil)
  }

  /// Bytes that are no record are none that was lost, either.
  @Test func oddRecordsAreLeftOut() throws {
    let folder = try TemporaryFolder()
    var writer = try RecordingWriter(
      RecordingFile(folder.file("made")), head: TestRecording.head, cgroups: Cgroups())
    var random = Numbers(state: 1)
    writer.beginPass(at: TestRecording.startedAt)
    for count in [0, 8, 31, 33, 264, 1024] {
      let bytes = [UInt8](repeating: 1, count: count)
      unsafe bytes.withUnsafeBytes { unsafe writer.add($0) }
    }
    let record = RawRecord.any(0, at: 7, &random)
    unsafe record.withUnsafeBytes { unsafe writer.add($0) }
    writer.endPass(LossCount(at: TestRecording.startedAt))
    writer.end(at: TestRecording.startedAt)
    #expect(writer.records == 1)
    #expect(try Heard(folder.file("made")).times == [7])
  }

  // MARK: - the head

  @Test func headComesBack() {
    var head = TestRecording.head
    for (utc, offset, whole) in [
      (0, Int64(0), true), (-43_200, -5, false), (86_400, 1 << 61, true),
    ] {
      head.origin.utcOffset = utc
      head.origin.offsetToEpoch = offset
      head.origin.isWhole = whole
      #expect(RecordingHead(head.text) == head)
    }
    head.host = "two\nlines\r\nand three"
    #expect(RecordingHead(head.text)?.host == "two lines and three")
  }

  @Test func namesAreShort() throws {
    var head = TestRecording.head
    head.host = String(repeating: "x", count: 5000)
    let read = try #require(RecordingHead(head.text))
    #expect(read.host.count == 64 && read.origin.host?.count == 64)
  }

  /// A newer minor version may say more.
  @Test func unknownKeysAreLeftOut() {
    let text = "colour blue\n\n=\n" + TestRecording.head.text + "started\n"
    #expect(RecordingHead(text) == TestRecording.head)
  }

  @Test(arguments: [
    "started_at", "offset_to_epoch", "utc_offset", "tick", "tiers",
  ])
  func headWithoutANumberIsNone(_ key: String) {
    for value in ["", "x", "-9223372036854775808", "9223372036854775807", "18446744073709551616"] {
      let lines = TestRecording.head.text.split(separator: "\n").map { line in
        line.hasPrefix("\(key) ") ? "\(key) \(value)" : String(line)
      }
      #expect(RecordingHead(lines.joined(separator: "\n")) == nil, "\(key) \(value)")
    }
  }

  // MARK: - marks

  @Test func lossesComeBack() {
    var losses = Losses()
    losses.ring.transitions = 1
    losses.ring.resetsReceived = 2
    losses.ring.resetsSent = 3
    losses.ring.minis = 4
    losses.ring.owners = 5
    losses.guarded.resetsReceived = 6
    losses.guarded.resetsSent = 7
    losses.guarded.minis = 8
    losses.guarded.owners = 9
    losses.guardBalance = -10
    losses.malformed = 11
    let count = LossCount(losses: losses, at: 12)
    #expect(unsafe read(count.words, LossCount.init) == count)
    losses.guardBalance = nil
    let unknown = LossCount(losses: losses, at: 12)
    #expect(unsafe read(unknown.words, LossCount.init) == unknown)
    losses.guardBalance = -10
    var before = losses
    before.ring.minis = 1
    before.guardBalance = 5
    before.malformed = 20
    let since = losses.since(before)
    #expect(since.ring.minis == 3 && since.ring.transitions == 0 && since.malformed == 0)
    #expect(since.guardBalance == -15)
  }

  @Test func comparisonsComeBack() {
    let name = NamespaceName(inode: 4_026_531_840, address: 0xffff_8880_0000_1000)
    var facts = NamespaceFacts(
      inode: 4_026_531_840, cookie: 1 << 63, at: 1 << 61, jiffies: .max, isUsed: true, minis: 0,
      limit: 262_144, ports: 1...65_535)
    for (minis, limit, isUsed) in [(0, nil, true), (nil, 1, false), (Int(Int32.max), 0, true)]
      as [(Int?, Int?, Bool)]
    {
      facts.minis = minis
      facts.limit = limit
      facts.isUsed = isUsed
      for answer in [
        Comparison(name: name, before: facts, after: facts),
        Comparison(name: name, before: nil, after: facts),
        Comparison(name: name, before: facts), Comparison(name: name, before: nil),
      ] {
        #expect(unsafe read(answer.words(at: 5), Comparison.init) == answer)
      }
    }
  }

  /// Numbers of nobody's host are brought to what sums of them do not overflow, or are unknown.
  @Test(arguments: [UInt64(0), 1, 1 << 31, 1 << 32, 1 << 62, 1 << 63, .max - 1, .max])
  func hostileMarks(_ value: UInt64) throws {
    let count = try #require(
      unsafe read(Array(repeating: value, count: 12), LossCount.init))
    #expect(count.at <= RecordingHead.latest && count.losses.ring.transitions <= 1 << 48)
    #expect((count.losses.guardBalance ?? 0).magnitude <= 1 << 48)
    let answer = try #require(
      unsafe read(Array(repeating: value, count: 17), Comparison.init))
    for facts in [answer.before, answer.after].compactMap(\.self) {
      #expect(facts.at <= RecordingHead.latest)
      #expect((facts.minis ?? 0).magnitude <= UInt(Int32.max) && facts.ports.count > 0)
    }
  }

  @Test(arguments: 0...17) func shortMarksAreNone(_ length: Int) {
    let words = [UInt64](repeating: 1, count: length)
    #expect((unsafe read(words, LossCount.init) == nil) == (length < 12))
    #expect((unsafe read(words, Comparison.init) == nil) == (length < 17))
  }

  private func read<Mark>(_ words: [UInt64], _ body: (UnsafeRawBufferPointer) -> Mark?) -> Mark? {
    unsafe words.withUnsafeBytes { unsafe body($0) }
  }
}
