// SPDX-License-Identifier: Apache-2.0
import Glibc
import Lifecycle
import Testing

@testable import Capture

/// What /proc says of this process.
struct ProcessStatusTests {
  private func parsed(_ stat: String) -> ProcessFacts? {
    ProcessFacts(stat: stat, bootTime: 1_700_000_000, ticksPerSecond: 100, pageSize: 4096)
  }

  /// A name is what somebody has chosen.
  @Test(arguments: ["synfin", "a b", ") R 1", "((", ""])
  func fieldsAfterTheName(_ name: String) throws {
    let facts = try #require(
      parsed(
        """
        4321 (\(name)) S 1 4321 4321 0 -1 4194560 900 0 0 0 123 45 7 8 20 0 3 0 12345 \
        268435456 2048 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0\n
        """))
    #expect(facts.cpuTime == 1_680_000_000)
    #expect(facts.virtualBytes == 268_435_456 && facts.residentBytes == 2048 * 4096)
    #expect(facts.startedAt == 1_700_000_123_450_000_000)
  }

  @Test(arguments: ["", "1", "1 (a)", "1 (a) S 1 2 3", "1 (a) S x x x x x x x x x x x x x x x x x"])
  func whatIsNoStat(_ stat: String) {
    #expect(parsed(stat) == nil)
  }

  @Test func bootTime() {
    #expect(
      ProcessFacts.bootTime(in: "cpu  1 2\nintr 9 8\nbtime 1700000000\nctxt 4\n") == 1_700_000_000)
    #expect(ProcessFacts.bootTime(in: "cpu  1 2\nxbtime 7\n") == nil)
    #expect(ProcessFacts.bootTime(in: "btime soon\n") == nil)
  }

  @Test func thisProcess() throws {
    let facts = try #require(ProcessFacts.look())
    #expect(facts.residentBytes > 1 << 20 && facts.virtualBytes > facts.residentBytes)
    let now = UInt64(time(nil)) * 1_000_000_000
    #expect(facts.startedAt < now + 2_000_000_000 && facts.startedAt > now - 86_400_000_000_000)
    var limit = rlimit()
    unsafe getrlimit(CInt(RLIMIT_NOFILE.rawValue), &limit)
    #expect(facts.maxDescriptors == UInt64(limit.rlim_cur))
    #expect(try #require(facts.openDescriptors) >= 3)
    #expect(try #require(ProcessFacts.look()).cpuTime >= facts.cpuTime)
  }
}
