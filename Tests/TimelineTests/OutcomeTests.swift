// SPDX-License-Identifier: Apache-2.0
import Testing
import Timeline

@testable import Lifecycle

/// Each word of a verdict has its word in a picture.
struct OutcomeTests {
  private func end(_ change: (inout Verdict) -> Void) throws -> ConnectionEnd {
    var end = try #require(Session([.whole(1)]).bars().first).end
    end.verdict = Verdict()
    change(&end.verdict)
    return end
  }

  @Test func ofCloses() throws {
    let expected: [Close: Outcome] = [
      .half: .half, .orphanTimeout: .orphanTimeout, .resetSent: .resetByUs,
      .resetReceived: .resetByPeer, .aborted: .aborted, .retransmitTimeout: .retransmitTimeout,
      .keepaliveTimeout: .keepaliveTimeout, .adminAbort: .adminAbort, .unknown: .unknown,
    ]
    for (close, outcome) in expected {
      #expect(Outcome(try end { $0.close = close }) == outcome, "\(close)")
    }
    for close in [Close.fourWay, .threeWay, .simultaneous] {
      for (first, outcome) in [
        (FirstFIN.local, Outcome.closedByUs), (.remote, .closedByPeer), (.both, .closedByBoth),
        (nil, .closed),
      ] as [(FirstFIN?, Outcome)] {
        let end = try end {
          $0.close = close
          $0.firstFIN = first
        }
        #expect(Outcome(end) == outcome)
      }
    }
  }

  @Test func ofOpensThatFailed() throws {
    let expected: [OpenResult: Outcome] = [
      .refused: .refused, .unreachable: .unreachable, .timeout: .connectTimeout,
      .aborted: .givenUp, .adminAbort: .adminAbort, .noPorts: .noPorts, .unknown: .unknown,
    ]
    for (result, outcome) in expected {
      #expect(Outcome(try end { $0.openResult = result }) == outcome, "\(result)")
    }
  }

  /// A close that is told is its end, whatever is not known of its handshake.
  @Test func unfinishedHandshake() throws {
    let end = try end {
      $0.openResult = .unknown
      $0.close = .resetSent
    }
    #expect(Outcome(end) == .resetByUs)
  }

  @Test func labelsAreDifferentAndFit() {
    let labels = Outcome.allCases.map { "\($0.label)" }
    #expect(Set(labels).count == labels.count)
    #expect(labels.allSatisfy { $0.utf8.count <= 18 })
    #expect(Outcome.allCases.allSatisfy { !($0.isOrderly && $0.isAbrupt) })
  }
}
