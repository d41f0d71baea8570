// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle
@testable import Report

/// TIME_WAIT as JSON: the end of one, and the counts of all.
struct JSONTimeWaitTests {
  private static let end = TimeWaitEnd(
    id: 17, netns: TimeWaitCensus.host,
    tuple: Tuple(
      local: Address(v4: 0x0a00_0001), localPort: 40_000, remote: Address(high: 0, low: 1),
      remotePort: 443),
    isIPv6: true, leftBy: Story.client, beganAt: 5_000_000, endedAt: 60_756_000_999, cause: .timer)

  @Test func end() throws {
    let object = try JSONObject.line { $0.timeWait(Self.end) }
    #expect(
      object.raw
        == #"{"type":"time_wait","id":17,"netns":4026531840,"local":"10.0.0.1:40000","#
        + #""remote":"[::1]:443","began_us":5000,"ended_us":60756000,"ended_by":"timer","#
        + #""left_by":{"pid":4321,"comm":"curl"}}"# + "\n")
  }

  /// Of one that is older than the tracer: nothing is guessed.
  @Test func endOfAnOldOne() throws {
    var end = Self.end
    (end.id, end.leftBy, end.beganAt, end.endedAt) = (nil, .none, nil, nil)
    let object = try JSONObject.line { $0.timeWait(end) }
    #expect(object.nulls == ["began_us", "ended_us", "id", "left_by"])
    #expect(object.keys.count == 9)
  }

  @Test(arguments: TimeWaitEnd.Cause.all)
  func causes(_ cause: TimeWaitEnd.Cause) throws {
    var end = Self.end
    end.cause = cause
    let object = try JSONObject.line { $0.timeWait(end) }
    #expect(object.string("ended_by") == "\(cause.name)")
  }

  @Test func census() throws {
    let object = try JSONObject.line {
      $0.census(.busy, growth: Growth())
    }
    #expect(
      object.raw
        == #"{"type":"timewait","at_us":5000000000,"namespaces":[{"netns":4026531840,"#
        + #""time_wait":1242,"fin_wait2_mini":12,"kernel_count":1254,"drift":0,"limit":131072,"#
        + #""ports":[{"local_port":443,"time_wait":1234,"fin_wait2_mini":12,"#
        + #""oldest_us":4941900000,"left_by":[{"pid":1234,"comm":"nginx","count":1153}],"#
        + #""left_by_unknown":93},{"local_port":8080,"time_wait":7,"fin_wait2_mini":0,"#
        + #""oldest_us":4999100000,"left_by":[{"pid":1234,"comm":"nginx","count":7}],"#
        + #""left_by_unknown":0},{"local_port":22,"time_wait":1,"fin_wait2_mini":0,"#
        + #""oldest_us":4939000000,"left_by":[],"left_by_unknown":1}],"#
        + #""remotes":[{"local_addr":"10.0.0.1","remote":"10.0.0.9:5432","time_wait":11000,"#
        + #""fin_wait2_mini":80,"in_use":500,"range":28232,"used_ratio":0.4102,"#
        + #""exhausted_in_s":null},{"local_addr":"10.0.0.1","remote":"192.168.100.200:65535","#
        + #""time_wait":2,"fin_wait2_mini":0,"in_use":28229,"range":28232,"used_ratio":1.0000,"#
        + #""exhausted_in_s":null}]}]}"# + "\n")
  }

  @Test func nothing() throws {
    let none = TimeWaitCensus(at: 7000, namespaces: [])
    let object = try JSONObject.line { $0.census(none, growth: Growth()) }
    #expect(object.raw == #"{"type":"timewait","at_us":7,"namespaces":[]}"# + "\n")
  }

  /// Where the kernel does not say, and where it says more than is known.
  @Test func drift() throws {
    var census = TimeWaitCensus.of([.at(443, timeWait: 3, unknown: 3)])
    census.namespaces[0].facts?.minis = 10
    census.namespaces.append(.of(inode: 9))
    census.namespaces[1].facts = nil
    let object = try JSONObject.line { $0.census(census, growth: Growth()) }
    #expect(object.raw.contains(#""kernel_count":10,"drift":-7,"limit":131072,"#))
    #expect(
      object.raw.contains(
        #"},{"netns":9,"time_wait":0,"fin_wait2_mini":0,"kernel_count":null,"drift":null,"#
          + #""limit":null,"ports":[],"remotes":[]}]}"#))
    #expect(object.raw.contains(#""oldest_us":null"#))
  }

  @Test(
    arguments: [
      (0, 28_232, "0.0000"), (1, 28_232, "0.0000"), (2, 28_232, "0.0001"), (1, 3, "0.3333"),
      (2, 3, "0.6667"), (1, 10_000, "0.0001"), (1, 20_000, "0.0001"), (1, 20_001, "0.0000"),
      (9_999, 10_000, "0.9999"), (7, 7, "1.0000"), (8, 7, "1.1429"), (1, 0, "null"),
      (-1, 5, "0.0000"),
    ])
  func ratios(_ part: Int, _ whole: Int, _ text: String) {
    #expect(written { $0.member("r", part, of: whole) } == #","r":\#(text)"#)
  }

  @Test(arguments: [0, 1, -1, 42, -42, .max, .min])
  func signed(_ number: Int) {
    #expect(written { $0.append(signed: number) } == "\(number)")
  }

  /// A process calls itself what it likes.
  @Test func namesAreEscaped() throws {
    let odd = Process(pid: 5, comm: Comm("a\"b\n"))
    let census = TimeWaitCensus.of([.at(1, timeWait: 1, owners: [(odd, 1)])])
    let object = try JSONObject.line { $0.census(census, growth: Growth()) }
    #expect(object.raw.contains(#"{"pid":5,"comm":"a\"b\n","count":1}"#))
  }

  @Test func growth() throws {
    var growth = Growth()
    growth.add(.of([], [.to(9, 80, live: 10_000)], at: 1_000_000_000))
    let census = TimeWaitCensus.of([], [.to(9, 80, live: 12_000)], at: 2_000_000_000)
    growth.add(census)
    let object = try JSONObject.line { $0.census(census, growth: growth) }
    #expect(object.raw.contains(#""exhausted_in_s":9}"#), "16232 at 2000 a second")
  }
}
