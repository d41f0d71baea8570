// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Report
import Testing

/// The object of a connection. Its keys and their order are a promise to scripts.
struct JSONConnectionTests {
  private static let keys = [
    "type", "id", "netns", "family", "v4_mapped", "local", "remote", "open", "open_result", "error",
    "connect_us", "handshake_rtt_us", "handshake_rtt_unknown", "syn_retrans", "synack_retrans",
    "isn_local", "isn_remote", "close", "first_fin", "reset", "why", "ends_in", "via", "owner",
    "closer", "killer", "uid", "cgroup", "cgroup_path", "bytes_sent", "bytes_received", "retrans",
    "opened_us",
    "established_us", "closed_us", "states",
  ]

  @Test(arguments: [Story.whole, .longest, .barelySeen, .refused])
  func keysAreThePromisedOnes(_ story: Story) throws {
    let object = try line(story)
    #expect(object.keys == Self.keys)
  }

  @Test func tellsAWholeConnection() throws {
    let end = try Story.whole.end()
    let object = try JSONObject.line {
      $0.connection(end, cgroupPath: "/system.slice/\"odd\".service")
    }
    #expect(object.string("cgroup_path") == "/system.slice/\"odd\".service")
    #expect(object.string("type") == "connection")
    #expect(object.number("id") == 1)
    #expect(object.number("netns") == 4_026_531_840)
    #expect(object.string("family") == "ipv4")
    #expect(object.string("local") == "10.0.0.1:40000")
    #expect(object.string("remote") == "192.0.2.7:443")
    #expect(object.string("open") == "active")
    #expect(object.string("open_result") == "established")
    #expect(object.number("connect_us") == 90)
    #expect(object.number("handshake_rtt_us") == 84)
    #expect(object.number("syn_retrans") == 0)
    #expect(object.number("isn_local") == 1000)
    #expect(object.number("isn_remote") == 2000)
    #expect(object.string("close") == "four_way")
    #expect(object.string("first_fin") == "local")
    #expect(object.string("ends_in") == "TIME_WAIT")
    #expect(object.number("uid") == 1000)
    #expect(object.number("cgroup") == 77)
    #expect(object.number("bytes_sent") == 512)
    #expect(object.number("bytes_received") == 1500)
    #expect(object.number("retrans") == 2)
    #expect(object.number("opened_us") == 5_001_000)
    #expect(object.number("established_us") == 5_001_090)
    #expect(object.number("closed_us") == 5_004_090)
    #expect(
      object.states == [
        "SYN_SENT 5001000", "ESTABLISHED 5001090", "FIN_WAIT1 5002090", "FIN_WAIT2 5003090",
        "TIME_WAIT 5004090",
      ])
    #expect(
      object.nulls == [
        "error", "handshake_rtt_unknown", "killer", "reset", "synack_retrans", "via", "why",
      ])
  }

  @Test func whatWasNotToldIsNull() throws {
    let object = try line(.barelySeen)
    #expect(object.string("open") == "existing")
    #expect(object.string("open_result") == "established")
    #expect(object.string("handshake_rtt_unknown") == "not_seen")
    #expect(object.string("first_fin") == "remote")
    #expect(object.states == ["CLOSE_WAIT 5001000"])
    #expect(
      object.nulls == [
        "bytes_received", "bytes_sent", "cgroup", "cgroup_path", "close", "closed_us", "closer",
        "connect_us",
        "ends_in", "error", "established_us", "handshake_rtt_us", "isn_local", "isn_remote",
        "killer", "opened_us", "owner", "reset", "retrans", "syn_retrans", "synack_retrans", "uid",
        "via", "why",
      ])
  }

  @Test func tellsAFailedOpen() throws {
    let object = try line(.refused)
    #expect(object.string("open_result") == "refused")
    #expect(object.string("error") == "ECONNREFUSED")
    #expect(object.string("reset") == "received")
    #expect(object.string("ends_in") == "CLOSED")
    #expect(object.number("syn_retrans") == 0)
    #expect(object.states == ["SYN_SENT 5001000", "CLOSED 5003000"])
    #expect(object.nulls.contains("close"))
    #expect(object.nulls.contains("connect_us"))
    #expect(object.nulls.contains("established_us"))
  }

  @Test func anOpenThatIsNotDecidedHasNoResult() throws {
    var story = Story()
    story.connect()
    let object = try line(story)
    #expect(object.nulls.contains("open_result"))
    #expect(object.nulls.contains("syn_retrans"))
    #expect(object.states == ["SYN_SENT 5001000"])
  }

  @Test func tellsAPassiveOpen() throws {
    var story = Story()
    story.accept()
    story.closeSecond()
    let object = try line(story)
    #expect(object.string("open") == "passive")
    #expect(object.number("synack_retrans") == 0)
    #expect(object.number("handshake_rtt_us") == 84)
    #expect(object.nulls.contains("syn_retrans"))
    #expect(object.nulls.contains("connect_us"))
    #expect(object.string("first_fin") == "remote")
    #expect(object.number("bytes_sent") == 512)
    #expect(
      object.states == [
        "SYN_RECV 5001000", "ESTABLISHED 5001010", "CLOSE_WAIT 5002010", "LAST_ACK 5003010",
        "CLOSED 5004010",
      ])
  }

  /// A sample that may be wrong is none: the number and its excuse are never there together.
  @Test func retransmittedHandshakeHasNoRoundTrip() throws {
    var story = Story()
    story.connect()
    story.establish(after: 1_040_000_000, retrans: 1)
    let object = try line(story)
    #expect(object.nulls.contains("handshake_rtt_us"))
    #expect(object.string("handshake_rtt_unknown") == "retransmitted")
    #expect(object.number("syn_retrans") == 1)
    #expect(object.number("connect_us") == 1_040_000)
  }

  @Test func crossedOpenHasBothStates() throws {
    var story = Story()
    story.connect()
    story.tell(.step(from: .synSent, to: .synRecv, stamp: 50, unsent: 0))
    let handshake = Record.Handshake(
      srtt: 0, totalRetrans: 0, sndUna: 1001, rcvNxt: 2001, bytesAcked: 1, bytesReceived: 0)
    story.tell(.established(from: .synRecv, handshake))
    let object = try line(story)
    #expect(object.string("open") == "simultaneous")
    #expect(object.number("syn_retrans") == 0)
    #expect(
      object.states == ["SYN_SENT 5001000", "SYN_RECV 5002000", "ESTABLISHED 5003000"])
  }

  private func line(_ story: Story) throws -> JSONObject {
    let end = try story.end()
    return try JSONObject.line { $0.connection(end) }
  }
}
