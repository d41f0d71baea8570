// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Report

extension Chart.Order {
  /// Where two are the same, what began first comes first; and then the pid, so that a picture does not
  /// depend on a hash.
  func precedes(_ one: Track, _ other: Track) -> Bool {
    switch self {
    case .duration:
      let (mine, its) = (one.longest, other.longest)
      if mine != its { return mine > its }
    case .count:
      if one.count != other.count { return one.count > other.count }
    case .process, .remote:
      let (mine, its) = (one.owner, other.owner)
      // Those of nobody come last.
      if (mine.comm == nil) != (its.comm == nil) { return mine.comm != nil }
      if mine.comm != its.comm { return mine.name < its.name }
      if mine.pid != its.pid { return mine.pid < its.pid }
    case .start: break
    }
    return (one.from, one.owner.pid, one.owner.name) < (
      other.from, other.owner.pid, other.owner.name
    )
  }

  func precedes(_ one: Track.Group, _ other: Track.Group) -> Bool {
    switch self {
    case .duration:
      let (mine, its) = (one.longest, other.longest)
      if mine != its { return mine > its }
    case .count:
      if one.bars.count != other.bars.count { return one.bars.count > other.bars.count }
    case .remote:
      if one.key != other.key { return one.key.precedes(other.key) }
    case .start, .process: break
    }
    return one.from == other.from ? one.key.precedes(other.key) : one.from < other.from
  }
}

extension Track.Owner {
  /// The name of the process or processes; `nil` where they have no one name.
  var comm: Comm? {
    switch self {
    case .process(let process): process.comm
    case .sameName(let comm, _): comm
    case .others, .unknown: nil
    }
  }

  /// How many processes; 0 where that is not known.
  public var processes: Int {
    switch self {
    case .process: 1
    case .sameName(_, let processes), .others(let processes): processes
    case .unknown: 0
    }
  }

  fileprivate var name: String { comm?.text ?? "" }

  var pid: UInt32 {
    if case .process(let process) = self { process.pid } else { 0 }
  }
}

extension Track {
  fileprivate var longest: UInt64 { groups.map(\.longest).max() ?? 0 }
}

extension Track.Key {
  /// By address and port, those at a local port first.
  fileprivate func precedes(_ other: Track.Key) -> Bool {
    sortKey.lexicographicallyPrecedes(other.sortKey)
  }

  private var sortKey: [UInt64] {
    let rest = [UInt64(netns), UInt64(role.rawValue)]
    return switch service {
    case .local(let port): [0, 0, 0, UInt64(port)] + rest
    case .remote(let address, let port): [1, address.high, address.low, UInt64(port)] + rest
    }
  }
}
