// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

struct FilterTests {
  private let connection: Connection? = {
    var script = Script()
    script.openActively()
    return Collector.collect(script.records).collector.ends.first?.connection
  }()

  private func matches(_ change: (inout Filter) -> Void) throws -> Bool {
    var filter = Filter()
    change(&filter)
    return filter.matches(try #require(connection))
  }

  @Test func eachConditionLetsThroughWhatItNames() throws {
    #expect(try matches { _ in })
    #expect(try matches { $0.pid = 4321 })
    #expect(try !matches { $0.pid = 1 })
    #expect(try matches { $0.comm = Comm("curl") })
    #expect(try !matches { $0.comm = Comm("cur") })
    #expect(try matches { $0.localPort = 40_000 })
    #expect(try !matches { $0.localPort = 443 })
    #expect(try matches { $0.remotePort = 443 })
    #expect(try !matches { $0.remotePort = 40_000 })
    #expect(try matches { $0.netns = 4_026_531_840 })
    #expect(try !matches { $0.netns = 1 })
    #expect(try matches { $0.family = .ipv4 })
    #expect(try !matches { $0.family = .ipv6 })
    #expect(
      try !matches {
        $0.remotePort = 443; $0.pid = 1
      })
  }

  @Test func unknownOwnerMatchesNobody() throws {
    var script = Script()
    script.openPassively()
    let unowned = try #require(Collector.collect(script.records).collector.ends.first).connection
    var filter = Filter()
    filter.pid = 0
    #expect(filter.matches(unowned))
    filter.pid = 1
    #expect(!filter.matches(unowned))
    filter.pid = nil
    filter.comm = Comm("")
    #expect(!filter.matches(unowned))
  }

  @Test(arguments: [
    (8, true), (30, true), (31, false), (32, false), (0, true),
  ])
  func blockOfIPv4(_ length: Int, _ isIn: Bool) {
    // 10.0.0.1 beside 10.0.0.2: equal in all but the last two bits.
    let block = AddressBlock(address: Address(v4: 0x0a00_0001), length: 96 + length)
    #expect(block.contains(Address(v4: 0x0a00_0002)) == isIn)
  }

  @Test func blockOfIPv6() {
    let block = AddressBlock(address: Address(high: 0x2001_0db8_0000_0000, low: 0), length: 65)
    #expect(block.contains(Address(high: 0x2001_0db8_0000_0000, low: 1)))
    #expect(!block.contains(Address(high: 0x2001_0db8_0000_0000, low: 1 << 63)))
    #expect(!block.contains(Address(high: 0x2001_0db8_0000_0001, low: 1)))
    #expect(!block.contains(Address(v4: 1)))
  }
}
