// SPDX-License-Identifier: Apache-2.0
import Capture
import Lifecycle
import Synchronization
import Testing
import Tour

@testable import synfin

extension Live {
  /// Each question, played here, with its evidence held against what its own hosts hear.
  @Suite struct QuestionTests {
    /// The tests are not the program that the tour starts once more for a process of its own.
    init() { Application.program.withLock { $0 = Product.path } }

    @Test(arguments: Question.all.map(\.number))
    func overAWire(number: Int) throws {
      for performance in try play(number, over: .wire) {
        let checks = performance.checks
        #expect(checks.allSatisfy { $0.answer.isHeld }, "\(performance.played.name): \(checks)")
      }
    }

    /// Without a wire some claims are unknown, and none is wrong.
    @Test(arguments: Question.all.map(\.number))
    func overLoopback(number: Int) throws {
      for performance in try play(number, over: .loopback) {
        #expect(performance.contradictions.isEmpty)
        #expect(performance.checks.contains { $0.answer.isHeld }, "\(performance.checks)")
      }
    }

    private func play(_ number: Int, over kind: Link.Kind) throws -> [Performance] {
      let question = try #require(Question.all.first { $0.number == number })
      let cases = question.cases.filter {
        kind == .wire ? $0.place != .loopback : $0.place != .wire
      }
      // On a thread of its own: the source takes its signals, and its priority.
      return try inParallel([
        {
          var options = CaptureOptions()
          options.tiers.remove(.scans)
          var director = Director(try LiveSource(options), isVerbose: false)
          let performances = try cases.map {
            try witness($0, of: question, over: try Link(kind), &director)
          }
          director.end()
          return performances
        }
      ]).flatMap { $0 }
    }

    private func witness(
      _ played: Case, of question: Question, over link: Link, _ director: inout Director
    ) throws -> Performance {
      let clients = try Eavesdropper(on: link.client)
      let servers = try Eavesdropper(on: link.server)
      let performance = try director.perform(played, of: question, over: link)
      let evidence = try #require(performance.evidence)
      #expect(evidence.lost == 0)
      let segments = try #require(evidence.segments)
      if link.kind == .loopback {
        // All of it is seen twice, at one host.
        // Of a crowd only some are shown.
        let shown = Set(segments.flatMap { [$0.packet.from, $0.packet.to] })
        let heard = clients.take().received.filter {
          evidence.others == 0 || shown.isSuperset(of: $0.ports)
        }
        expect(segments.map { Heard($0.packet) }, heard, "\(played.name)")
        return performance
      }
      for (side, host) in [(Side.client, clients), (.server, servers)] {
        let heard = host.take()
        let sent = segments.filter { $0.from == side && !$0.isForged }
        expect(sent.map { Heard($0.packet) }, heard.sent, "\(played.name), sent by the \(side)")
        let received = segments.filter { $0.from == side.other }
          .flatMap { segment in segment.deliveredAt.map { (at: $0, segment) } }
          .sorted { $0.at < $1.at }
        expect(
          received.map { Heard($0.1.packet) }, heard.received,
          "\(played.name), received by the \(side)")
      }
      return performance
    }

    /// What is closed once the evidence is complete is heard as well.
    private func expect(_ told: [Heard], _ heard: [Heard], _ what: Comment) {
      #expect(!heard.isEmpty || told.isEmpty, what)
      #expect(told == Array(heard.prefix(told.count)), what)
    }
  }
}

extension Tour.Check.Answer {
  fileprivate var isHeld: Bool { self == .yes }
}
