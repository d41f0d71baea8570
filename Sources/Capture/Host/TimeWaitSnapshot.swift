// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Lifecycle

/// What waits in TIME_WAIT now, asked of the kernel once: without BPF, and so without whoever left it.
public enum TimeWaitSnapshot {
  /// A list of sockets is no moment's: while it is made, some may come and go. Once more, then.
  private static let attempts = 3

  /// - Returns: the count, and what it is without; `nil` where the kernel has no `tcp_diag`.
  public static func take(
    matching filter: Filter
  ) throws(SystemError) -> (census: TimeWaitCensus, unseen: NetworkNamespace.Unseen)? {
    var namespaces: [TimeWaitCensus.Namespace] = []
    var failure: SystemError?
    let unseen = NetworkNamespace.forEach(only: filter.netns) { namespace in
      namespace.within {
        do throws(SystemError) {
          namespaces.append(try count(namespace.inode, filter))
        } catch {
          failure = error
        }
      }
    }
    if namespaces.isEmpty, let failure {
      if failure.number == EOPNOTSUPP || failure.number == ENOENT { return nil }
      throw failure
    }
    return (TimeWaitCensus(at: Monotonic.now(), namespaces: namespaces), unseen)
  }

  private static func count(
    _ inode: UInt32, _ filter: Filter
  ) throws(SystemError) -> TimeWaitCensus.Namespace {
    for _ in 1..<attempts {
      let namespace = try countOnce(inode, filter)
      if namespace.drift == 0 { return namespace }
    }
    return try countOnce(inode, filter)
  }

  private static func countOnce(
    _ inode: UInt32, _ filter: Filter
  ) throws(SystemError) -> TimeWaitCensus.Namespace {
    var facts = NamespaceFacts(inode: inode, at: Monotonic.now(), jiffies: 0)
    facts.limit = number("/proc/sys/net/ipv4/tcp_max_tw_buckets")
    if let range = ephemeralPorts() { facts.ports = range }
    let before = minis()
    var count = NamespaceCount(inode: inode, facts: facts)
    let now = Monotonic.now()
    try SocketDump().forEach { entry in
      let isListed = filter.matches(
        entry.tuple, isIPv6: entry.isIPv6, netns: inode, owner: .none)
      if let remaining = entry.remaining {
        // Its time is counted down from 60 s, and on past its end until the timer wheel comes round.
        let startedAt = now &+ remaining &- TimerWheel.timeWait
        count.addMini(
          entry.tuple, isTimeWait: entry.state == .timeWait, startedAt: startedAt,
          isListed: isListed)
      } else if isListed {
        count.addLive(entry.tuple)
      }
    }
    var namespace = count.finished()
    if let before, let after = minis() {
      namespace.facts?.setMinis(
        nearest: namespace.timeWait + namespace.finWait2, from: before, to: after)
    }
    return namespace
  }

  /// `tw` of /proc/net/sockstat.
  private static func minis() -> Int? {
    guard case .success(let text) = TextFile.read("/proc/thread-self/net/sockstat") else {
      return nil
    }
    for line in text.split(separator: "\n") where line.hasPrefix("TCP: ") {
      let words = line.split(separator: " ")
      if let index = words.firstIndex(of: "tw"), index + 1 < words.count {
        return Int(words[index + 1])
      }
    }
    return nil
  }

  private static func ephemeralPorts() -> ClosedRange<UInt16>? {
    let path = "/proc/sys/net/ipv4/ip_local_port_range"
    let words = TextFile.firstLine(path)?.split(whereSeparator: { $0 == "\t" || $0 == " " })
    guard let words, words.count == 2, let low = UInt16(words[0]), let high = UInt16(words[1]),
      low <= high
    else { return nil }
    return low...high
  }

  private static func number(_ path: String) -> Int? {
    TextFile.firstLine(path).flatMap { Int($0) }
  }
}
