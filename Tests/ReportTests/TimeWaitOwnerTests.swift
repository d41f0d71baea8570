// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Testing

@testable import Report

/// Whose the TIME_WAITs of a port were, in as much room as there is.
struct TimeWaitOwnerTests {
  private static func process(_ number: Int) -> Process {
    Process(pid: UInt32(100 + number), comm: Comm("worker\(number)"))
  }

  /// The last column of a row with these owners.
  private static func leftBy(_ counts: [Int], unknown: Int = 0, width: Int = 80) -> String {
    let owners = counts.enumerated().map { (process($0), $1) }
    let port = TimeWaitCensus.Port.at(
      80, timeWait: counts.reduce(unknown, +), age: 0, owners: owners, unknown: unknown)
    let row = Table.timeWait(width: width, .of([port])).lines[2]
    #expect(row.dropFirst(29).hasPrefix("0us "))
    return String(row.dropFirst(33))
  }

  @Test func ownersHaveShares() {
    #expect(Self.leftBy([5]) == "worker0/100")
    #expect(Self.leftBy([93, 7]) == "worker0/100 93 %, worker1/101 7 %")
    #expect(Self.leftBy([93], unknown: 7) == "worker0/100 93 %, ? 7 %")
    #expect(Self.leftBy([7], unknown: 93) == "? 93 %, worker0/100 7 %")
    #expect(Self.leftBy([999, 1]) == "worker0/100 >99 %, worker1/101 <1 %")
    #expect(Self.leftBy([], unknown: 3) == "?")
  }

  @Test func thoseWithoutRoomAreANumber() {
    #expect(Self.leftBy([40, 30, 20, 10]) == "worker0/100 40 %, worker1/101 30 %, 2 more 30 %")
    #expect(
      Self.leftBy([40, 30, 20, 10], width: 120)
        == "worker0/100 40 %, worker1/101 30 %, worker2/102 20 %, worker3/103 10 %")
    #expect(Self.leftBy([40, 30, 20], unknown: 10).hasSuffix(", 2 more 30 %"))
  }

  @Test(
    arguments: [
      (0, 9, "0 %"), (1, 201, "<1 %"), (1, 200, "1 %"), (41, 100, "41 %"), (199, 200, ">99 %"),
      (198, 200, "99 %"),
      (99, 100, "99 %"), (5, 5, "100 %"), (6, 5, "120 %"), (1, 0, "?"),
    ])
  func percentages(_ part: Int, _ whole: Int, _ text: String) {
    #expect(percent(part, of: whole) == text)
  }
}
