// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// A row of a picture: one connection, or many in one.
enum Row {
  case one(Bar)
  /// Connections of one group, or of as many as `keys` says.
  case many([Bar], Track.Key, keys: Int, isRest: Bool)

  /// The rows of a track: each connection has its own where all fit into `limit`. Where not, the smallest
  /// groups are shown whole, the first of the others as far as there is room, and what is left of each
  /// group is one row; where there are more groups than rows, the last row has all of those.
  static func rows(of track: Track, atMost limit: Int, order: Chart.Order) -> [Row] {
    let limit = max(limit, 1)
    let groups = track.groups
    if groups.count > limit {
      let rest = groups[(limit - 1)...]
      let bars = rest.flatMap(\.bars)
      return groups.prefix(limit - 1).map { merged($0) }
        + [.many(bars, rest[limit - 1].key, keys: rest.count, isRest: limit > 1)]
    }
    // A row for each, and what is left of the room to the smallest first.
    var shares = Array(repeating: 1, count: groups.count)
    var spare = limit - groups.count
    for index in groups.indices.sorted(by: { groups[$0].bars.count < groups[$1].bars.count })
    where groups[index].bars.count - 1 <= spare {
      shares[index] = groups[index].bars.count
      spare -= shares[index] - 1
    }
    if let index = groups.indices.first(where: { groups[$0].bars.count > shares[$0] }) {
      shares[index] += spare
    }
    return zip(groups, shares).flatMap { rows(of: $0, share: $1, order) }
  }

  private static func rows(of group: Track.Group, share: Int, _ order: Chart.Order) -> [Row] {
    let bars = order.sorted(group.bars)
    if bars.count <= share { return bars.map { .one($0) } }
    if share == 1 { return [merged(group)] }
    let rest = Array(bars[(share - 1)...])
    return bars.prefix(share - 1).map { .one($0) }
      + [.many(rest, group.key, keys: 1, isRest: true)]
  }

  private static func merged(_ group: Track.Group) -> Row {
    group.bars.count == 1
      ? .one(group.bars[0]) : .many(group.bars, group.key, keys: 1, isRest: false)
  }

  var bars: [Bar] {
    switch self {
    case .one(let bar): [bar]
    case .many(let bars, _, _, _): bars
    }
  }
}

extension Chart.Order {
  /// The connections of one group, which come by their beginning.
  fileprivate func sorted(_ bars: [Bar]) -> [Bar] {
    guard self == .duration else { return bars }
    return bars.sorted {
      ($1.duration, $0.from, $0.connection.id) < ($0.duration, $1.from, $1.connection.id)
    }
  }
}
