// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

@testable import Capture

/// What is left of a damaged recording is what was written, and what is missing is told.
struct RecordingDamageTests {
  /// As SIGKILL or a full disk leaves it, at any byte.
  @Test func cutAnywhere() throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 4, records: 5)
    for length in 0..<recording.bytes.count {
      let path = try folder.write(Array(recording.bytes[..<length]))
      guard length >= recording.headSize else {
        expectSentence(refusal(of: path), "cut at \(length)")
        continue
      }
      let heard = try Heard(path)
      let whole = recording.blocks.last { $0.place.upperBound <= length }
      #expect(
        heard.times == Array(recording.times[..<(whole?.records.upperBound ?? 0)]),
        "cut at \(length)")
      #expect(heard.unreadable == 0, "cut at \(length)")
      if heard.times == recording.times {
        #expect(heard.missing == nil, "cut at \(length)")
      } else {
        #expect(heard.missing?.isDamage == false, "cut at \(length)")
        expectSentence(heard.missing?.sentence, "cut at \(length)")
      }
    }
  }

  /// A byte that is not what it was takes its block with it, and nothing else.
  @Test(arguments: [UInt8(0x01), 0x80, 0xff]) func anyByteFlipped(_ change: UInt8) throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 4, records: 5)
    for place in recording.bytes.indices {
      var bytes = recording.bytes
      bytes[place] ^= change
      let path = try folder.write(bytes)
      guard place >= recording.headSize else {
        // Two of the head's bytes have no meaning yet.
        if place == 10 || place == 11 {
          #expect(try Heard(path).times == recording.times)
        } else {
          expectSentence(refusal(of: path), "byte \(place)")
        }
        continue
      }
      let heard = try Heard(path)
      let block = try #require(recording.blocks.first { $0.place.contains(place) })
      #expect(heard.times == recording.times(without: block), "byte \(place)")
      #expect(heard.unreadable == UInt64(block.records.count), "byte \(place)")
      // After the last reading, there is nothing that could be missing.
      if block.records.isEmpty { continue }
      #expect(heard.missing?.isDamage == true, "byte \(place)")
      expectSentence(heard.missing?.sentence, "byte \(place)")
    }
  }

  @Test func blockIsMissing() throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 6, records: 7)
    for (number, block) in recording.blocks.enumerated() where !block.records.isEmpty {
      let order = recording.blocks.indices.filter { $0 != number }
      let heard = try Heard(recording.arranged(order), in: folder)
      #expect(heard.times == recording.times(without: block))
      #expect(heard.unreadable == 7 && heard.missing?.isDamage == true)
      #expect(heard.missing?.sentence.contains("7 records are missing") == true)
    }
  }

  /// What comes twice is taken once.
  @Test func blockComesTwice() throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 6, records: 7)
    for (number, block) in recording.blocks.enumerated() where !block.records.isEmpty {
      for later in number..<recording.blocks.count - 1 {
        var order = Array(recording.blocks.indices)
        order.insert(number, at: later + 1)
        let heard = try Heard(recording.arranged(order), in: folder)
        #expect(heard.times == recording.times, "\(order)")
        #expect(heard.unreadable == 0 && heard.missing?.isDamage == true, "\(order)")
      }
    }
  }

  /// What comes too late is not taken for what happened then.
  @Test func blocksInAnotherOrder() throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 6, records: 7)
    for number in recording.full.indices.dropLast(2) {
      var order = Array(recording.blocks.indices)
      order.swapAt(number, number + 1)
      let heard = try Heard(recording.arranged(order), in: folder)
      #expect(heard.times == recording.times(without: recording.blocks[number]), "\(order)")
      #expect(heard.unreadable == 7 && heard.missing?.isDamage == true, "\(order)")
    }
  }

  /// Something else between the blocks, or a few bytes too many.
  @Test func bytesBetween() throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 4, records: 5)
    var random = Numbers(state: 3)
    for block in recording.full {
      for count in [1, 3, 24, 5000, 1_000_000] {
        var bytes = recording.bytes
        bytes.insert(
          contentsOf: (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) },
          at: block.place.lowerBound)
        let heard = try Heard(bytes, in: folder)
        #expect(heard.times == recording.times && heard.unreadable == 0)
        #expect(heard.missing?.isDamage == true)
      }
    }
  }

  /// Two files made one: the second is not silently left out.
  @Test func goesOnAfterItsEnd() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (
      try TestRecording(readings: 3, records: 5),
      try TestRecording(readings: 4, records: 6, seed: 2)
    )
    for rest in [second.bytes, Array(second.bytes[second.headSize...]), [0], [1, 2, 3]] {
      let heard = try Heard(first.bytes + rest, in: folder)
      #expect(heard.times == first.times && heard.unreadable == 0)
      #expect(heard.missing?.isDamage == true)
      expectSentence(heard.missing?.sentence, "\(rest.count) bytes more")
    }
  }

  /// Whatever rests on a record that is missing must fall into the time of the loss: from the last count
  /// before it to one that was made after it.
  @Test(arguments: [10_000_000, 1_000_000_000]) func lossIsOfItsTime(_ apart: UInt64) throws {
    let folder = try TemporaryFolder()
    let recording = try TestRecording(readings: 30, records: 100, apart: apart)
    for (number, block) in recording.blocks.enumerated() where !block.records.isEmpty {
      let order = recording.blocks.indices.filter { $0 != number }
      let heard = try Heard(recording.arranged(order), in: folder)
      let told = try #require(heard.counts.firstIndex { $0.losses.unreadable > 0 })
      #expect(heard.counts[told].at >= recording.times[block.records.upperBound - 1])
      if told > 0 {
        #expect(heard.counts[told - 1].at <= recording.times[block.records.lowerBound])
      }
    }
  }

  /// A reading may be as long as the file: it is taken in by parts, and is one all the same.
  @Test func longReading() throws {
    let folder = try TemporaryFolder()
    var writer = try RecordingWriter(
      RecordingFile(folder.file("made")), head: TestRecording.head, cgroups: Cgroups())
    var random = Numbers(state: 1)
    // An open, again and again.
    var bytes = RawRecord.any(0, at: 7, &random)
    writer.beginPass(at: TestRecording.startedAt)
    writer.endPass(LossCount(at: TestRecording.startedAt))
    writer.beginPass(at: TestRecording.startedAt)
    for number in 0..<300_000 {
      bytes[8] = UInt8(truncatingIfNeeded: number)
      unsafe bytes.withUnsafeBytes { unsafe writer.add($0) }
    }
    writer.endPass(LossCount(at: TestRecording.startedAt + 5))
    writer.end(at: TestRecording.startedAt + 5)
    var replay = try Replay(folder.file("made"))
    defer { letSignalsIn() }
    var parts: [Int] = []
    replay.scan { _ in }
    while try replay.wait(until: nil) == .records {
      parts.append(replay.drain { _ in })
      if !replay.isReading { #expect(replay.endPass().at == TestRecording.startedAt + 5) }
    }
    #expect(parts.reduce(0, +) == 300_000 && parts.count == 3 && replay.missing == nil)
  }

  private func expectSentence(_ text: String?, _ comment: Comment) {
    #expect(text != nil, comment)
    guard let text else { return }
    #expect(!text.isEmpty && !text.contains("\n"), comment)
    #expect(text.contains("/file "), comment)
  }
}
