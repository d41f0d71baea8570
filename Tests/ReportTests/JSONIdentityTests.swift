// SPDX-License-Identifier: Apache-2.0
import Foundation
import Lifecycle
import Report
import Testing

/// Who a connection is and whose, in JSON.
struct JSONIdentityTests {
  @Test func familyIsTheSockets() throws {
    var story = Story()
    story.connect()
    #expect(try flag("v4_mapped", of: story) == false)

    story = Story()
    story.isIPv6 = true
    story.connect()
    let mapped = try line(story)
    #expect(mapped.string("family") == "ipv6")
    #expect(try flag("v4_mapped", of: story) == true)
    #expect(mapped.string("remote") == "192.0.2.7:443", "a mapped address is that of the wire")

    let long = try line(.longest)
    #expect(long.string("family") == "ipv6")
    #expect(try flag("v4_mapped", of: .longest) == false)
    #expect(long.string("remote") == "[2001:db8:1111:2222:3333:4444:5555:6666]:65534")
  }

  @Test func ownerAndCloserAreObjects() throws {
    let object = try line(.whole)
    let owner = try #require(object.object("owner"))
    #expect(Set(owner.keys) == ["pid", "comm", "from"])
    #expect((owner["pid"] as? NSNumber)?.intValue == 4321)
    #expect(owner["comm"] as? String == "curl")
    #expect(owner["from"] as? String == "connect")
    let closer = try #require(object.object("closer"))
    #expect(Set(closer.keys) == ["pid", "comm", "exiting", "killed"])
    #expect((closer["pid"] as? NSNumber)?.intValue == 4321)
    #expect(closer["exiting"] as? Bool == false)
    #expect(closer["killed"] as? Bool == false)
  }

  @Test(
    arguments: [
      (Record.Flags.exiting, true, false), ([.exiting, .signaled], true, true),
    ] as [(Record.Flags, Bool, Bool)])
  func closerMayBeDying(_ flags: Record.Flags, _ isExiting: Bool, _ isKilled: Bool) throws {
    var story = Story()
    story.connect()
    story.establish()
    story.closeFirst(flags: flags)
    let closer = try #require(try line(story).object("closer"))
    #expect(closer["exiting"] as? Bool == isExiting)
    #expect(closer["killed"] as? Bool == isKilled)
  }

  @Test func killerIsNotTheCloser() throws {
    var story = Story()
    story.connect()
    story.establish()
    let killer = Process(pid: 99, comm: Comm("ss"))
    story.tell(
      .closed(from: .established, Record.Closed(bytesAcked: 1, task: killer)), flags: .owned,
      error: 103)
    let object = try line(story)
    #expect(object.string("close") == "admin_abort")
    #expect(object.string("error") == "ECONNABORTED")
    let told = try #require(object.object("killer"))
    #expect(Set(told.keys) == ["pid", "comm"])
    #expect((told["pid"] as? NSNumber)?.intValue == 99)
    #expect(object.nulls.contains("closer"))
    #expect(object.object("owner")?["comm"] as? String == "curl")
  }

  /// A name is bytes. Whatever they are, the line parses, and says the same.
  @Test(arguments: [
    Array("plain".utf8), Array("a\"b\\c/d".utf8), [1, 2, 8, 9, 10, 12, 13, 27, 31, 127],
    Array("\\\"\\\"\\\"".utf8), Array("crab 🦀 é".utf8),
    // An emoji that the kernel cut in the middle, and bytes that never were UTF-8.
    Array("twelve-byte-🦀".utf8), [0xff, 0xc3, 0x28, 0x80, 0x61], [0xed, 0xa0, 0x80],
    [27], [0x61, 9, 0x62], [127],
    Array("\u{2028}\u{85}\u{9b}31m".utf8),
  ])
  func commIsEscaped(_ bytes: [UInt8]) throws {
    let comm = Comm(bytes: bytes)
    var story = Story()
    story.connect(task: Process(pid: 1, comm: comm))
    let object = try line(story)
    let kept = Array(bytes.prefix(15))
    #expect(object.object("owner")?["comm"] as? String == String(decoding: kept, as: UTF8.self))
    let controls = String(decoding: object.raw.utf8.dropLast(), as: UTF8.self).unicodeScalars
      .filter { $0.properties.generalCategory == .control }
    #expect(controls.isEmpty)
  }

  private func line(_ story: Story) throws -> JSONObject {
    let end = try story.end()
    return try JSONObject.line { $0.connection(end) }
  }

  private func flag(_ key: String, of story: Story) throws -> Bool? {
    try line(story).members[key] as? Bool
  }
}
