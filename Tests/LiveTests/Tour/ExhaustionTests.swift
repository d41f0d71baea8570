// SPDX-License-Identifier: Apache-2.0
import Capture
import Foundation
import Lifecycle
import Testing
import Tour

@testable import synfin

extension Live {
  /// What question 6 counts, against what ss lists in the same namespace.
  @Suite struct ExhaustionTests {
    @Test func everyPortIsListedOnce() throws {
      let (performance, listed) = try play("run-out")
      #expect(performance.contradictions.isEmpty, "\(performance.contradictions)")
      let meters = try #require(performance.evidence?.meters)
      let last = try #require(meters.last)
      #expect(meters.map(\.part) == meters.map(\.part).sorted())
      #expect(last.part == last.whole && listed.count == last.whole, "\(listed)")
      #expect(Set(listed.map(\.local)).count == last.whole, "a port twice")
      #expect(Set(listed.map(\.remote)).count == 1, "one destination")
    }

    @Test func theServerKeepsThem() throws {
      let (performance, listed) = try play("server-first")
      #expect(performance.contradictions.isEmpty, "\(performance.contradictions)")
      #expect(!listed.isEmpty && Set(listed.map(\.local)).count == 1, "\(listed)")
    }

    @Test func thereAreNoMoreThanTheLimit() throws {
      let (performance, listed) = try play("bucket-limit")
      #expect(performance.contradictions.isEmpty, "\(performance.contradictions)")
      #expect(listed.count == performance.evidence?.meters.last?.whole)
    }

    /// Plays a case on a loopback of its own, and then asks ss there.
    private func play(
      _ name: String
    ) throws -> (Performance, [(local: String, remote: String)]) {
      let question = try #require(Question.all.first { $0.number == 6 })
      let played = try #require(question.cases.first { $0.name == name })
      return try inParallel([
        {
          var options = CaptureOptions()
          options.tiers.remove(.scans)
          var director = Director(try LiveSource(options), isVerbose: false)
          let link = try Link(.loopback)
          let performance = try director.perform(played, of: question, over: link)
          director.end()
          let end = try link.client.run { try Child.run("ss", "-Htan", "state", "time-wait") }
          try #require(end.status == 0, "\(end.stderr)")
          let listed = end.stdout.split(separator: "\n").map { line in
            let fields = line.split(separator: " ")
            return (local: String(fields[2]), remote: String(fields[3]))
          }
          return (performance, listed)
        }
      ])[0]
    }
  }
}
