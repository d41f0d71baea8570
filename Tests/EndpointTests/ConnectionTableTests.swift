// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Endpoint

@Suite struct ConnectionTableTests {
  @Test func whoHasWaitedLongestGoesFirst() {
    var table = ConnectionTable(places: 3)
    for id: UInt64 in 1...3 { #expect(table.admit(id) == .admitted) }
    table.isAnswered(1)
    table.waits(1)
    #expect(table.admit(4) == .instead(of: 2))
    #expect(table.admit(5) == .instead(of: 3))
    #expect(table.admit(6) == .instead(of: 1))
    #expect(table.count == 3)
  }

  @Test func whoIsAnsweredStays() {
    var table = ConnectionTable(places: 2)
    _ = table.admit(1)
    _ = table.admit(2)
    table.isAnswered(1)
    #expect(table.admit(3) == .instead(of: 2))
    table.isAnswered(3)
    #expect(table.admit(4) == .refused)
    #expect(table.count == 2)
    table.remove(1)
    #expect(table.admit(4) == .admitted)
  }

  @Test func whoLeavesGoesBeforeAll() {
    var table = ConnectionTable(places: 2)
    _ = table.admit(1)
    _ = table.admit(2)
    table.leaves(2)
    #expect(table.longestWaiting == 2)
  }

  @Test func whoHasBeenPushedOutDoesNotComeBack() {
    var table = ConnectionTable(places: 1)
    _ = table.admit(1)
    #expect(table.admit(2) == .instead(of: 1))
    table.leaves(1)
    table.waits(1)
    table.isAnswered(1)
    #expect(table.count == 1)
    #expect(table.longestWaiting == 2)
  }
}
