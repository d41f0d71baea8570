// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

@testable import Report

/// The bytes of the output: numbers, growth, and what is changed at the end.
struct TextTests {
  @Test func numbers() {
    var values: [UInt64] = [0, .max]
    var power: UInt64 = 1
    for _ in 0..<19 {
      values += [power - 1, power, power + 1]
      power *= 10
    }
    values += [power - 1, power, power + 1]
    for value in values {
      #expect(written { $0.append(value) } == String(value))
    }
    #expect(written { $0.append(UInt16.max) } == "65535")
    #expect(written { $0.append(UInt32.max) } == "4294967295")
  }

  @Test func leadingZeros() {
    #expect(written { $0.append(5, digits: 2) } == "05")
    #expect(written { $0.append(0, digits: 6) } == "000000")
    #expect(written { $0.append(123, digits: 2) } == "123")
    #expect(written { $0.append(UInt64.max, digits: 25) } == "0000018446744073709551615")
  }

  /// Whatever is appended, and however little room there was, nothing is lost or written elsewhere.
  @Test(arguments: [0, 1, 2, 7, 4096])
  func grows(_ capacity: Int) {
    var text = Text(capacity: capacity)
    #expect(written { $0.append("") } == "")
    var expected: [UInt8] = []
    for round: UInt64 in 0..<500 {
      text.append("static ")
      text.append(String("a string, é "))
      text.append(byte: UInt8(ascii: "|"))
      text.append(round * 1_000_003)
      expected += Array("static a string, é |\(round * 1_000_003)".utf8)
    }
    let (bytes, count) = (text.bytes, text.count)
    #expect(bytes == expected)
    #expect(count == expected.count)
  }

  @Test func isUsedAgain() {
    var text = Text(capacity: 4)
    text.append("first")
    text.clear()
    var state = (text.isEmpty, text.bytes, text.last)
    #expect(state == (true, [], nil))
    text.append("second")
    state = (text.isEmpty, text.bytes, text.last)
    #expect(state == (false, Array("second".utf8), UInt8(ascii: "d")))
  }

  @Test func spacesAreInsertedWhereThereWasNoRoom() {
    var text = Text(capacity: 4)
    text.append("abcd")
    text.insertSpaces(3, at: 1)
    let bytes = text.bytes
    #expect(String(decoding: bytes, as: UTF8.self) == "a   bcd")
  }

  @Test func cells() {
    #expect(written { $0.cell(5) { $0.append("ab") } } == "ab   ")
    #expect(written { $0.cell(5, .right) { $0.append("ab") } } == "   ab")
    #expect(written { $0.cell(5) { $0.append("abcde") } } == "abcde")
    #expect(written { $0.cell(5) { $0.append("abcdef") } } == "abcde")
    #expect(written { $0.cell(3) { _ in } } == "   ")
    // A cell is padded where it is, whatever is before it.
    let second = written {
      $0.append("x ")
      $0.cell(3, .right) { $0.append("1") }
    }
    #expect(second == "x   1")
  }

  @Test func endIsTrimmed() {
    for (long, short) in [("a b  ", "a b"), ("a", "a"), ("   ", ""), ("", "")] {
      let trimmed = written {
        $0.append(long)
        $0.trimEnd()
      }
      #expect(trimmed == short)
    }
  }

  @Test func commIsWrittenAsItIs() {
    #expect(written { $0.append(Comm("nginx")) } == "nginx")
    #expect(written { $0.append(Comm("exactly8")) } == "exactly8")
    #expect(written { $0.append(Comm("fifteen-letters")) } == "fifteen-letters")
    #expect(written { $0.append(Comm()) } == "")
    #expect(Comm(bytes: [0x61, 0xff, 0x62]).text == "a\u{fffd}b")
  }
}
