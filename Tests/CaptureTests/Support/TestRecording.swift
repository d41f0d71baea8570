// SPDX-License-Identifier: Apache-2.0
import Glibc
import Lifecycle
import Testing

@testable import Capture

/// A recording that a test makes, as a recorder does, and what is known to be in it.
struct TestRecording {
  let bytes: [UInt8]
  /// The times of its records, by which they are known.
  let times: [UInt64]
  let blocks: [Block]

  /// Where a block is, and which records are in it, by their places in ``times``.
  struct Block {
    let place: Range<Int>
    let records: Range<Int>
  }

  static let startedAt: UInt64 = 5_000_000_000
  static let head = RecordingHead(
    program: "synfin 0.1.0", host: "web1", kernel: "6.12.0", machine: "x86_64",
    origin: Origin(
      startedAt: startedAt, offsetToEpoch: 1_700_000_000_000_000_000, utcOffset: 7200,
      tiers: .all, tick: 4_000_000, homeNetns: 4_026_531_840, isWhole: true,
      host: "web1", kernel: "6.12.0"))

  /// - Parameters:
  ///   - readings: how many, each with as many `records`.
  ///   - apart: nanoseconds from one to the next; from a second on, each is a block of its own.
  ///   - isEnded: whether it is ended in order.
  init(
    readings: Int, records: Int, apart: UInt64 = 1_000_000_000, isEnded: Bool = true,
    seed: UInt64 = 1
  ) throws {
    let folder = try TemporaryFolder()
    var random = Numbers(state: seed)
    var times: [UInt64] = []
    var writer = try RecordingWriter(
      RecordingFile(folder.file("made")), head: Self.head, cgroups: Cgroups())
    var at = Self.startedAt
    for reading in 1...readings {
      at += apart
      if isEnded, reading == readings { writer.expectLast() }
      writer.beginPass(at: at)
      for _ in 0..<records {
        at += 1
        let record = RawRecord.any(times.count, at: at, &random)
        unsafe record.withUnsafeBytes { unsafe writer.add($0) }
        times.append(at)
      }
      at += 1
      writer.endPass(LossCount(at: at))
    }
    if isEnded { writer.end(at: at) }
    try #require(writer.failure == nil)
    bytes = try folder.read("made")
    self.times = times
    blocks = Self.blocks(of: bytes, records: times.count)
  }

  /// Where the first block begins.
  var headSize: Int { blocks.first?.place.lowerBound ?? bytes.count }

  /// Those that hold records.
  var full: [Block] { blocks.filter { !$0.records.isEmpty } }

  private static func blocks(of bytes: [UInt8], records: Int) -> [Block] {
    func number(_ place: Int, _ length: Int) -> Int {
      (0..<length).reduce(0) { $0 | Int(bytes[place + $1]) << ($1 * 8) }
    }
    var starts: [(place: Int, before: Int)] = []
    var place = RecordingFormat.headSize + number(12, 4)
    while place < bytes.count {
      starts.append((place, number(place + 16, 8)))
      place += RecordingFormat.blockHeadSize + number(place + 4, 4)
    }
    starts.append((bytes.count, records))
    return zip(starts, starts.dropFirst()).map {
      Block(place: $0.place..<$1.place, records: $0.before..<$1.before)
    }
  }

  /// The recording with its blocks in another order, some more than once or not at all.
  func arranged(_ order: [Int]) -> [UInt8] {
    Array(bytes[..<headSize]) + order.flatMap { bytes[blocks[$0].place] }
  }

  /// The times of all records but those of one block.
  func times(without block: Block) -> [UInt64] {
    Array(times[..<block.records.lowerBound] + times[block.records.upperBound...])
  }
}

/// What a replay tells, from its beginning to its end.
struct Heard {
  let records: [Record]
  var counts: [LossCount] = []
  var comparisons: [Comparison] = []
  var passes: [UInt64] = []
  let notes: [String]
  let missing: Missing?
  let head: RecordingHead

  init(_ path: String) throws {
    var replay = try Replay(path)
    defer { letSignalsIn() }
    head = replay.head
    var records: [Record] = []
    replay.scan { records.append($0) }
    while try replay.wait(until: nil) == .records {
      passes.append(replay.beginPass())
      _ = replay.drain { records.append($0) }
      counts.append(replay.endPass())
      comparisons += replay.compare([])
    }
    replay.stop()
    passes.append(replay.beginPass())
    _ = replay.drain { records.append($0) }
    counts.append(replay.endPass())
    self.records = records
    notes = replay.notes
    missing = replay.missing
  }

  init(_ bytes: [UInt8], in folder: TemporaryFolder) throws {
    try self.init(try folder.write(bytes))
  }

  var times: [UInt64] { records.map(\.at) }
  var unreadable: UInt64 { counts.last?.losses.unreadable ?? 0 }
}

/// Why a file is none, in the sentence for the user.
func refusal(of path: String) -> String? {
  do {
    _ = try Replay(path)
    return nil
  } catch {
    return "\(error)"
  }
}

/// A replay holds SIGINT and SIGTERM, which children of other tests are to have.
func letSignalsIn() {
  var held = StopSignal.set()
  unsafe _ = pthread_sigmask(SIG_UNBLOCK, &held, nil)
}
