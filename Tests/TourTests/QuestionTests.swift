// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Tour

/// What every question and case has to be, whatever it is about.
@Suite struct QuestionTests {
  @Test func numbers() {
    let numbers = Question.all.map(\.number)
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    #expect(numbers.allSatisfy { (1...6).contains($0) })
    let names = Question.all.flatMap(\.cases).map(\.name)
    #expect(Set(names).count == names.count, "\(names)")
  }

  @Test(arguments: Question.all.flatMap(\.cases).map(\.name))
  func isReadable(name: String) throws {
    let played = try #require(Question.all.flatMap(\.cases).first { $0.name == name })
    #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
    #expect(played.title.count <= 79)
    let lines = played.explanation.wrapped(to: 79, indent: "  ").split(separator: "\n")
    #expect((2...6).contains(lines.count), "\(lines.count) lines")
    #expect(lines.allSatisfy { $0.count <= 79 })
  }

  @Test(arguments: Question.all.map(\.number))
  func isAnswered(number: Int) throws {
    let question = try #require(Question.all.first { $0.number == number })
    #expect(question.title.hasSuffix("?") && question.title.count <= 76)
    #expect(question.answer.hasSuffix(".") && !question.cases.isEmpty)
  }
}
