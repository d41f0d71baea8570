// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lifecycle

/// Scans of more than one network namespace, one after the other.
struct NamespaceScanTests {
  private static let (first, last): (UInt32, UInt32) = (4_026_531_840, 4_026_532_001)

  /// The end of a connection was lost: two scans in a row tell, in whichever namespace it was.
  @Test(arguments: [first, last])
  func whatTwoScansMissIsGone(in netns: UInt32) {
    var scans = Scans()
    scans.scan(finding: [Self.first, Self.last])
    let other = netns == Self.first ? Self.last : Self.first
    scans.scan(finding: [other])
    let hasMissed = scans.tracker.hasMissed
    #expect(hasMissed)
    scans.scan(finding: [other])
    #expect(scans.collector.ends.map(\.connection.netns) == [netns])
    let missesStill = scans.tracker.hasMissed
    #expect(!missesStill)
  }

  /// A socket that moved while one scan went by is there in the next.
  @Test func whatIsSeenBetweenIsThere() {
    var scans = Scans()
    scans.scan(finding: [Self.first])
    for _ in 0..<3 {
      scans.scan(finding: [])
      scans.scan(finding: [Self.first])
    }
    #expect(scans.collector.ends.isEmpty)
  }

  /// The kernel counts more than a scan can find: no reason to scan for ever.
  @Test func whatNoScanPutsRightIsLeft() {
    var scans = Scans(followsTimeWaits: true)
    scans.scan(finding: [Self.first])
    expect(&scans, counting: 5, times: 3, hasDrifted: true)
    scans.scan(finding: [Self.first])
    expect(&scans, counting: 5, times: 9, hasDrifted: false)
    expect(&scans, counting: 6, times: 1, hasDrifted: true)
    expect(&scans, counting: 0, times: 1, hasDrifted: false)
    expect(&scans, counting: 6, times: 3, hasDrifted: true)
  }

  private func expect(
    _ scans: inout Scans, counting minis: Int, times: Int, hasDrifted: Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for _ in 0..<times { scans.compare(Self.first, minis: minis) }
    let (isDue, differs) = (scans.tracker.hasDrifted, scans.tracker.isDrifting)
    #expect(isDue == hasDrifted, sourceLocation: sourceLocation)
    #expect(differs == (minis != 0), sourceLocation: sourceLocation)
  }

  /// A tracker that scans two namespaces, with one connection at most in each.
  private struct Scans: ~Copyable {
    var tracker: Tracker
    var collector = Collector()
    private var now: UInt64 = 1_000_000_000

    init(followsTimeWaits: Bool = false) {
      tracker = Tracker(startedAt: 0, tiers: .all, followsTimeWaits: followsTimeWaits)
    }

    mutating func scan(finding found: [UInt32]) {
      tracker.beginScan()
      for netns in [NamespaceScanTests.first, NamespaceScanTests.last] {
        if found.contains(netns) {
          apply(netns, .found(.established, cgroup: 1, uid: 0, task: Script.process))
        }
        apply(netns, .scanned(address: UInt64(netns) << 8))
      }
      tracker.settle(readAt: now, losses: Losses(), countedAt: now, into: &collector)
    }

    mutating func compare(_ netns: UInt32, minis: Int) {
      let facts = NamespaceFacts(inode: netns, at: now, jiffies: now / 4_000_000, minis: minis)
      tracker.compare(NamespaceName(inode: netns, address: UInt64(netns) << 8), facts, facts)
    }

    private mutating func apply(_ netns: UInt32, _ facts: Record.Facts) {
      now += 1_000_000
      let record = Record(
        socket: 0xffff_8880_0000_0000 + UInt64(netns), at: now, tuple: Script().tuple, netns: netns,
        flags: .hasSocket, facts: facts)
      tracker.apply(record, into: &collector)
    }
  }
}
