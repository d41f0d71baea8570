// SPDX-License-Identifier: Apache-2.0
import Lifecycle
import Report
import Testing

@testable import Tour

@Suite struct LadderTests {
  /// A state stands on the line of the segment that it was entered with.
  @Test func handshake() {
    var made = MadeUp()
    made.open()
    #expect(
      drawn(made.evidence) == [
        "SYN_SENT    -- SYN seq 0 ------------------------------->",
        "ESTABLISHED <--------------------- SYN+ACK seq 0 ack 1 --",
        "            -- ACK seq 1 ack 1 -------------------------> SYN_RECV",
        "                                                          ESTABLISHED",
      ])
  }

  @Test func timesBeginWithTheFirstLine() {
    var made = MadeUp()
    made.open()
    let text = lines { $0.append(Ladder(made.evidence, .relative)) }
    #expect(text.first?.hasPrefix("     +0us ") == true, "\(text)")
    #expect(text[1].hasPrefix("    +10us "), "\(text)")
  }

  /// What is lost changes nothing at the other side, and what is kept comes later.
  @Test func lostAndHeld() {
    var made = MadeUp()
    made.send(.syn, from: .client, fate: .dropped, deliveredAfter: [])
    made.enter(.server, .listen, .synRecv)
    made.send([.fin, .ack], from: .server, 1, ack: 1, fate: .held, deliveredAfter: [100])
    let rows = drawn(made.evidence)
    #expect(rows.count == 4)
    #expect(rows[0] == "            -- SYN seq 0 ------------------------x", "\(rows)")
    #expect(rows[1].hasSuffix(" SYN_RECV") && rows[1].first == " ", "\(rows)")
    #expect(rows[2].contains("held |---") && rows[2].hasSuffix("FIN+ACK seq 7001 ack 1 --"))
    #expect(rows[3].contains("<...") && rows[3].contains("late: FIN+ACK seq 7001 ack 1"), "\(rows)")
  }

  /// What the wire takes its time for has not come when the next line is written.
  @Test func delayed() {
    var made = MadeUp()
    made.send(.syn, from: .client, fate: .delayed(milliseconds: 15), deliveredAfter: [15_000])
    made.enter(.server, .listen, .synRecv)
    let rows = drawn(made.evidence)
    #expect(rows.count == 2 && rows[0].hasSuffix("->") && rows[1].hasSuffix("SYN_RECV"), "\(rows)")
  }

  @Test func doubled() {
    var made = MadeUp()
    made.send(.syn, from: .client, fate: .doubled, deliveredAfter: [1, 2])
    let rows = drawn(made.evidence)
    #expect(rows.count == 2 && rows[1].contains(".. late: SYN seq 0 .."), "\(rows)")
  }

  @Test func forged() {
    var made = MadeUp()
    made.enter(.client, .closed, .synSent)
    made.send(.syn, from: .client, isForged: true)
    let rows = drawn(made.evidence)
    // The client has not sent that one.
    #expect(rows == ["SYN_SENT", "            == forged: SYN seq 0 =======================>"])
  }

  /// What was sent before a FIN may be taken up only after the state has been entered.
  @Test func stateOfALateFIN() {
    var made = MadeUp()
    made.open()
    made.enter(.server, .closeWait, .lastAck)
    made.send(.ack, from: .server, 1, ack: 2, bytes: 5)
    made.send([.fin, .ack], from: .server, 6, ack: 2)
    let rows = drawn(made.evidence).suffix(2)
    #expect(rows.first?.hasSuffix("ACK 5 bytes seq 1 ack 2 --") == true, "\(rows)")
    #expect(rows.last?.hasSuffix("FIN+ACK seq 6 ack 2 -- LAST_ACK") == true, "\(rows)")
  }

  /// Two states at one arrival: the second has a line of its own.
  @Test func twoStatesOfOneSegment() {
    var made = MadeUp()
    made.send([.fin, .ack], from: .server, 1, ack: 2)
    made.enter(.client, .finWait1, .finWait2)
    made.enter(.client, .finWait2, .closed, as: "TIME_WAIT")
    let rows = drawn(made.evidence)
    #expect(rows.count == 2 && rows[0].hasPrefix("FIN_WAIT2   <") && rows[1] == "TIME_WAIT")
  }

  @Test func marks() {
    var made = MadeUp()
    made.mark(.server, "close()")
    made.mark(nil, "later")
    #expect(
      drawn(made.evidence) == [
        String(repeating: " ", count: 58) + "close()", String(repeating: " ", count: 12) + "later",
      ])
  }

  @Test func absoluteNumbers() {
    var made = MadeUp()
    made.open()
    let rows = drawn(made.evidence, .absolute)
    #expect(rows[1].contains("SYN+ACK seq 7000 ack 0 --"), "\(rows)")
    #expect(rows[0].contains("SYN seq 4294967295 "), "\(rows)")
  }

  /// Where there is little room, the numbers stay whole.
  @Test func longNumbers() {
    var made = MadeUp()
    made.open()
    made.send(.ack, from: .client, 2_000_000_000, ack: 3_000_000_000, bytes: 8, isForged: true)
    made.send(.ack, from: .server, 3_000_000_000, ack: 2_000_000_000, bytes: 8)
    let rows = drawn(made.evidence, .absolute).suffix(2)
    #expect(rows.first?.contains("== 8 bytes seq 1999999999 ack 3000007000 ==") == true, "\(rows)")
    #expect(rows.last?.contains("- ACK 8 bytes seq 3000007000 ack 1999999999 --") == false)
    #expect(rows.last?.contains(" 8 bytes seq 3000007000 ack 1999999999 --") == true, "\(rows)")
  }

  /// Whatever there is to show, it fits.
  @Test func width() {
    var made = MadeUp()
    for side in Side.allCases {
      for fate in [Relay.Fate.dropped, .held, .doubled] {
        made.send(
          [.syn, .fin, .rst, .ack], from: side, 4_000_000_000, ack: 4_000_000_000, bytes: 1_400,
          fate: fate, deliveredAfter: [1, 2])
        made.enter(side.other, .synRecv, .established)
      }
      made.send([.syn, .fin, .rst, .ack], from: side, 4_000_000_000, isForged: true)
    }
    let rows = lines { $0.append(Ladder(made.evidence, .absolute)) }
    #expect(rows.allSatisfy { $0.count <= 79 }, "\(rows)")
  }
}
