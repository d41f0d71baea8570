// SPDX-License-Identifier: Apache-2.0
import Glibc
import Lifecycle
import Testing

@testable import Capture

/// What is no recording is told in one sentence; what comes slowly, or for ever, is read as far as it makes
/// sense.
struct RecordingFileTests {
  // MARK: - no recordings

  @Test(arguments: [
    [], [0x89], Array("#!/bin/sh\nexit 0\n# more than a head\n".utf8),
    [UInt8](repeating: 0, count: 4096),
  ])
  func isNone(_ bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let sentence = refusal(of: try folder.write(bytes))
    #expect(sentence == "\(folder.file("file")) is not a recording of synfin")
  }

  @Test(arguments: ["/", "/dev/zero", "/dev/null", "/proc/self/mem", "/nonexistent/file", ""])
  func isNoFileEither(_ path: String) {
    let sentence = refusal(of: path)
    #expect(sentence?.isEmpty == false && sentence?.contains("\n") == false)
  }

  /// A newer format says so, whatever else it has.
  @Test(arguments: [UInt16(0), 2, 257, .max]) func isOfAnotherVersion(_ version: UInt16) throws {
    let folder = try TemporaryFolder()
    var bytes = try TestRecording(readings: 2, records: 3).bytes
    bytes[8] = UInt8(truncatingIfNeeded: version)
    bytes[9] = UInt8(truncatingIfNeeded: version >> 8)
    let sentence = refusal(of: try folder.write(bytes))
    #expect(sentence?.contains("of format \(version)") == true)
    #expect(sentence?.contains("newer one is needed") == (version > 1))
  }

  /// A head as long as a file can say it is makes no room for itself.
  @Test func headOfAnyLength() throws {
    let folder = try TemporaryFolder()
    var bytes = try TestRecording(readings: 2, records: 3).bytes
    for length in [0, 1 << 16, 1 << 16 | 1, 1 << 31, .max] as [UInt32] {
      for index in 0..<4 {
        bytes[12 + index] = UInt8(truncatingIfNeeded: length >> UInt32(index * 8))
      }
      #expect(refusal(of: try folder.write(bytes))?.contains("head: nothing can be read") == true)
    }
  }

  // MARK: - what comes from a pipe

  /// In whatever portions it comes.
  @Test(arguments: [1, 7, 4096]) func fromAPipe(_ portion: Int) throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 5, records: 20)
    let heard = try Heard(try Feeder(folder, recording.bytes, portion: portion).path)
    #expect(heard.times == recording.times && heard.missing == nil)
  }

  @Test func fromAPipeThatBreaks() throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 5, records: 20)
    let cut = recording.blocks[2].place.upperBound + 100
    let heard = try Heard(try Feeder(folder, Array(recording.bytes[..<cut]), portion: 999).path)
    #expect(heard.times == Array(recording.times[..<60]))
    #expect(heard.missing?.isDamage == false)
  }

  /// As `cat recording /dev/zero`: what has no end is given up.
  @Test func fromAPipeWithoutEnd() throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 5, records: 20, isEnded: false)
    let heard = try Heard(
      try Feeder(folder, recording.bytes, portion: 4096, isEndless: true).path)
    #expect(heard.times == recording.times)
    #expect(heard.missing?.isDamage == true)
    #expect(heard.missing?.sentence.contains("goes on without anything") == true)
  }

  // MARK: - what is being written

  /// A reader that is as far as the writer takes it for the end.
  @Test func growsMeanwhile() throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 6, records: 50)
    let half = recording.blocks[3].place.lowerBound + 7
    let path = try folder.write(Array(recording.bytes[..<half]))
    var replay = try Replay(path)
    var times: [UInt64] = []
    replay.scan { times.append($0.at) }
    try folder.append(Array(recording.bytes[half...]))
    while try replay.wait(until: nil) == .records {
      _ = replay.drain { times.append($0.at) }
      _ = replay.endPass()
    }
    #expect(times == Array(recording.times.prefix(times.count)) && times.count >= 150)
    #expect(try Heard(path).times == recording.times)
  }

  /// After each reading of a second, all until then can be read by somebody else.
  @Test func isReadableAtAnyMoment() throws {
    let folder = try TemporaryFolder()
    var random = Numbers(state: 9)
    var writer = try RecordingWriter(
      RecordingFile(folder.file("made")), head: TestRecording.head, cgroups: Cgroups())
    #expect(try Heard(folder.file("made")).records.isEmpty)
    var times: [UInt64] = []
    for reading in UInt64(1)...10 {
      let at = TestRecording.startedAt + reading * 1_000_000_000
      writer.beginPass(at: at)
      let record = RawRecord.any(Int(reading), at: at, &random)
      unsafe record.withUnsafeBytes { unsafe writer.add($0) }
      times.append(at)
      writer.endPass(LossCount(at: at + 1))
      let heard = try Heard(folder.file("made"))
      #expect(heard.times == times && heard.missing?.isDamage == false)
    }
  }
}

/// Writes into a fifo on a thread of its own, until it is done or nobody reads any more.
private final class Feeder {
  let path: String
  private var thread = pthread_t()

  private final class Work: Sendable {
    let path: String
    let bytes: [UInt8]
    let portion: Int
    let isEndless: Bool

    init(_ path: String, _ bytes: [UInt8], _ portion: Int, _ isEndless: Bool) {
      self.path = path
      self.bytes = bytes
      self.portion = portion
      self.isEndless = isEndless
    }

    func run() {
      let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
      defer { close(descriptor) }
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = write(descriptor, rest.prefix(portion))
        if count <= 0 { return }
        rest = rest.dropFirst(count)
      }
      let zeros = [UInt8](repeating: 0, count: 65_536)
      while isEndless, write(descriptor, zeros[...]) > 0 {}
    }

    private func write(_ descriptor: CInt, _ bytes: ArraySlice<UInt8>) -> Int {
      unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
  }

  init(
    _ folder: TemporaryFolder, _ bytes: [UInt8], portion: Int, isEndless: Bool = false
  ) throws {
    // The end of the reader is seen by the write.
    _ = signal(SIGPIPE, SIG_IGN)
    path = folder.file("fifo")
    try #require(unsafe mkfifo(path, 0o600) == 0)
    let work = unsafe Unmanaged.passRetained(Work(path, bytes, portion, isEndless))
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, unsafe work.toOpaque())
    try #require(result == 0)
    pthread_detach(thread)
  }
}
