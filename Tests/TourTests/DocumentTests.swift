// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Tour

/// docs/tour.md has the output of a real run, and the words of this code.
@Suite struct DocumentTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// One space between words, wherever lines end.
  private static func words(_ text: String) -> String {
    text.split { $0.isWhitespace }.joined(separator: " ")
  }

  private static let page = try? words(
    String(contentsOf: folder.appending(path: "docs/tour.md"), encoding: .utf8))

  @Test(arguments: Question.all.map(\.number))
  func hasTheQuestion(number: Int) throws {
    let page = try #require(Self.page)
    let question = try #require(Question.all.first { $0.number == number })
    #expect(page.contains("## \(number). \(Self.words(question.title)) ### "))
    #expect(page.contains(" \(Self.words(question.answer)) "), "run make tour-page")
  }

  @Test(arguments: Question.all.flatMap(\.cases).map(\.name))
  func hasTheCase(name: String) throws {
    let page = try #require(Self.page)
    let played = try #require(Question.all.flatMap(\.cases).first { $0.name == name })
    let text = "### \(Self.words(played.title)) \(Self.words(played.explanation)) "
    #expect(page.contains(text), "run make tour-page")
  }

  @Test func theKernelAgreed() throws {
    let page = try #require(Self.page)
    #expect(page.contains("All in all: ") && page.contains(", 0 contradicted, 0 unknown"))
    #expect(!page.contains("CONTRADICTION:"))
  }

  /// The README begins with the tour.
  @Test func theREADMEBeginsWithIt() throws {
    let readme = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    let first = try #require(readme.firstRange(of: "# synfin tour"))
    let next = try #require(readme.firstRange(of: "# synfin trace"))
    #expect(first.lowerBound < next.lowerBound)
  }
}
