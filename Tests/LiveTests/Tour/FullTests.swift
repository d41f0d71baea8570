// SPDX-License-Identifier: Apache-2.0
import Capture
import Foundation
import Lifecycle
import Testing
import Tour

@testable import synfin

extension Live {
  /// What takes a minute.
  @Suite struct FullTests {
    /// The TIME_WAITs of question 4 are waited for, and a look at the kernel's own table from time to time has
    /// each go at the moment that was foretold.
    @Test func endOfTimeWait() throws {
      let question = try #require(Question.all.first { $0.number == 4 })
      let played = try #require(question.cases.first { $0.name == "turn-of-the-wheel" })
      let link = try Link(.wire)
      let isOver = Flag()
      let bodies: [() throws -> (played: Performance?, looks: Looks)] = [
        {
          defer { isOver.set() }
          var options = CaptureOptions()
          options.tiers.remove(.scans)
          var director = Director(try LiveSource(options), isVerbose: false, isFull: true)
          let performance = try director.perform(played, of: question, over: link)
          director.end()
          return (performance, [:])
        },
        { (nil, try watch(link, until: isOver)) },
      ]
      let results = try inParallel(bodies)
      let performance = try #require(results[0].played)
      #expect(performance.checks.allSatisfy { $0.answer == .yes }, "\(performance.checks)")
      let ends = try #require(performance.evidence?.timeWaits)
      #expect(ends.count == 4 && ends.allSatisfy { $0.cause == .timer })
      for end in ends {
        let endedAt = try #require(end.endedAt)
        let look = try #require(results[1].looks[end.tuple.localPort])
        // A jiffy begins somewhere within what the records tell; the rest is between two looks.
        #expect(look.seenAt <= endedAt + 50_000_000 && look.goneAt + 10_000_000 >= endedAt)
      }
    }

    private typealias Looks = [UInt16: (seenAt: UInt64, goneAt: UInt64)]

    /// When each was last in `/proc/net/tcp` of the client, and first not any more.
    private func watch(_ link: Link, until isOver: Flag) throws -> Looks {
      var looks: Looks = [:]
      while !isOver.isSet {
        let before = Monotonic.now()
        let ports = try link.client.run {
          Set(try Tour.KernelTables.rows().filter { $0.state == .timeWait }.map(\.localPort))
        }
        let after = Monotonic.now()
        for port in ports { looks[port] = (seenAt: before, goneAt: .max) }
        for (port, look) in looks where !ports.contains(port) && look.goneAt == .max {
          looks[port]?.goneAt = after
        }
        usleep(10_000)
      }
      return looks
    }
  }
}

/// Told by one thread to another.
private final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false

  var isSet: Bool { lock.withLock { value } }
  func set() { lock.withLock { value = true } }
}
