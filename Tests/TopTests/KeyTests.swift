// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Top

/// Bytes from a terminal as keys.
struct KeyTests {
  @Test(arguments: [
    ("\u{1b}[A", Key.up), ("\u{1b}OA", .up), ("\u{1b}[B", .down), ("\u{1b}[C", .right),
    ("\u{1b}OD", .left), ("\u{1b}[5~", .pageUp), ("\u{1b}[6~", .pageDown), ("\u{1b}[H", .home),
    ("\u{1b}[1~", .home), ("\u{1b}[4~", .end), ("\u{1b}OF", .end), ("\u{1b}", .escape),
    ("\r", .enter), ("\n", .enter), ("\t", .tab), ("\u{7f}", .backspace), ("\u{8}", .backspace),
    ("q", .character(UInt8(ascii: "q"))), (" ", .character(UInt8(ascii: " "))),
  ])
  func keys(_ bytes: String, _ key: Key) {
    var reader = KeyReader()
    #expect(reader.keys(in: Array(bytes.utf8)) == [key])
    #expect(reader.keys(in: []).isEmpty)
  }

  @Test func manyAtOnce() {
    var reader = KeyReader()
    let keys = reader.keys(in: Array("j\u{1b}[A\u{1b}[5~/x\r".utf8))
    #expect(keys.count == 6 && keys[1] == .up && keys[2] == .pageUp && keys[5] == .enter)
  }

  /// A slow line brings a sequence in two pieces.
  @Test func inPieces() {
    var reader = KeyReader()
    #expect(reader.keys(in: Array("\u{1b}[".utf8)).isEmpty)
    #expect(reader.keys(in: Array("5".utf8)).isEmpty)
    #expect(reader.keys(in: Array("~j".utf8)) == [.pageUp, .character(UInt8(ascii: "j"))])
  }

  /// What is no key does nothing: a mouse, a function key, a letter with an accent, a control character.
  @Test(arguments: ["\u{1b}[<0;1;1M", "\u{1b}[15~", "\u{e9}", "\u{1}", "\u{0}"])
  func nothing(_ bytes: String) {
    var reader = KeyReader()
    #expect(reader.keys(in: Array(bytes.utf8)).isEmpty)
  }

  @Test func aSequenceWithoutAnEndIsGivenUp() {
    var reader = KeyReader()
    for _ in 0..<100 { _ = reader.keys(in: Array("\u{1b}[000000000000".utf8)) }
    _ = reader.keys(in: Array(repeating: UInt8(ascii: "0"), count: 100))
    #expect(reader.keys(in: Array("q".utf8)).count <= 1)
    #expect(reader.keys(in: Array("q".utf8)) == [.character(UInt8(ascii: "q"))])
  }
}
