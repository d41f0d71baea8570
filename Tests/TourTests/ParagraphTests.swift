// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Tour

@Suite struct ParagraphTests {
  @Test func wraps() {
    #expect("one two three".wrapped(to: 9, indent: "  ") == "  one two\n  three\n")
    #expect("one two".wrapped(to: 6, indent: "  ", first: "- ") == "- one\n  two\n")
  }
}
