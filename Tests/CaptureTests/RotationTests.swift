// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Capture

/// When a recording goes on in another file, and what the files are called.
struct RotationTests {
  @Test func isDueBySizeOrTime() {
    #expect(!Rotation().isDue(size: .max, age: .max))
    let bySize = Rotation(size: 100)
    #expect(!bySize.isDue(size: 99, age: .max) && bySize.isDue(size: 100, age: 0))
    let byTime = Rotation(time: 100)
    #expect(!byTime.isDue(size: .max, age: 99) && byTime.isDue(size: 0, age: 100))
    let either = Rotation(size: 5, time: 5)
    #expect(either.isDue(size: 5, age: 0) && either.isDue(size: 0, age: 5))
  }

  /// After the highest number there is, also where some have been removed.
  @Test func numbersGoOn() throws {
    let folder = try TemporaryFolder()
    for expected in 1...3 {
      try folder.write([UInt8(expected)], as: "rec")
      #expect(try Rotation.putAside(folder.file("rec")) == folder.file("rec.\(expected)"))
    }
    Rotation.remove(folder.file("rec.1"))
    try folder.write([10], as: "rec.10")
    for other in ["rec.x", "rec.", "rec.11.gz", "record.50", "rec.-3", "other.99"] {
      try folder.write([0], as: other)
    }
    try folder.write([11], as: "rec")
    #expect(try Rotation.putAside(folder.file("rec")) == folder.file("rec.11"))
    #expect(try folder.read("rec.2") == [2] && folder.read("rec.11") == [11])
    #expect(try folder.read("rec.10") == [10])
  }

  /// No number is beyond a file's name: nothing is written over, and nothing traps.
  @Test func numbersEnd() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], as: "rec.9223372036854775807")
    try folder.write([2], as: "rec.99999999999999999999")
    try folder.write([3], as: "rec")
    let aside = try Rotation.putAside(folder.file("rec"))
    #expect(aside != folder.file("rec.9223372036854775807"))
    #expect(try folder.read("rec.9223372036854775807") == [1])
  }

  /// What a folder does not list is there as well.
  @Test func hiddenFiles() throws {
    let folder = try TemporaryFolder()
    for number in UInt8(1)...3 {
      try folder.write([number], as: ".rec")
      #expect(try Rotation.putAside(folder.file(".rec")) == folder.file(".rec.\(number)"))
    }
    for number in UInt8(1)...3 {
      #expect(try folder.read(".rec.\(number)") == [number])
      Rotation.remove(folder.file(".rec.\(number)"))
    }
  }

  /// Only what would be written over is put aside.
  @Test func whatIsThere() throws {
    let folder = try TemporaryFolder()
    #expect(!Rotation.isThere(folder.file("rec")))
    try folder.write([], as: "rec")
    #expect(!Rotation.isThere(folder.file("rec")))
    try folder.write([1], as: "rec")
    #expect(Rotation.isThere(folder.file("rec")))
    #expect(!Rotation.isThere("/dev/null") && !Rotation.isThere(folder.path))
    #expect(!Rotation.isThere("-"))
  }

  @Test func withoutAFolder() throws {
    #expect(throws: SystemError.self) { try Rotation.putAside("/nonexistent/rec") }
  }
}
