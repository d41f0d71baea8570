// SPDX-License-Identifier: Apache-2.0

extension Tracker {
  /// Counts what waits now. Nothing is kept for it between two counts.
  ///
  /// What the namespaces say of themselves is what they said when last compared.
  ///
  /// - Parameter filter: what is listed by port and remote; the namespaces' own counts are whole.
  public func census(at now: UInt64, matching filter: Filter = Filter()) -> TimeWaitCensus {
    var counts: [UInt32: NamespaceCount] = [:]
    for (inode, namespace) in ledger.namespaces {
      counts[inode] = NamespaceCount(inode: inode, facts: namespace.facts)
    }
    ledger.index.forEach { number in
      let entry = ledger.entries[number]
      let isListed = filter.matches(
        entry.key.tuple, isIPv6: entry.isIPv6, netns: entry.key.netns,
        owner: ledger.process(entry.owner))
      counts[entry.key.netns]?.addMini(
        entry.key.tuple, isTimeWait: entry.isTimeWait, startedAt: ledger.startedAt(entry),
        owner: entry.owner, isListed: isListed)
    }
    slots.forEach { slot in
      let connection = connections[slot]
      guard connection.state != .closed, filter.matches(connection) else { return }
      // While it opens, its port is taken, and which one is not told yet.
      let isOpening = connection.state == .synSent && connection.tuple.localPort == 0
      counts[connection.netns]?.addLive(connection.tuple, isOpening: isOpening)
    }
    let namespaces = counts.values.map { $0.finished { ledger.process($0) } }
    return TimeWaitCensus(at: now, namespaces: namespaces.sorted { $0.inode < $1.inode })
  }
}
