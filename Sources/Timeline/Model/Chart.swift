// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// Everything that a picture of a run has: what is drawn, and a number for all that is not.
public struct Chart: Sendable {
  public let run: Run
  /// The time that is drawn.
  public let window: ClosedRange<UInt64>
  public let order: Order
  public let tracks: [Track]
  /// Bars in the tracks.
  public let count: Int
  /// Connections that are kept and were not there in the window.
  public let outside: Int
  /// Connections that were not kept, for want of room; and when the last of them was told of.
  public let dropped: Int
  public let droppedUntil: UInt64
  /// TIME_WAITs of connections from before the tracer, which have no bar.
  public let olderTimeWaits: Int
  /// Network namespaces of the bars.
  public let namespaces: Int

  /// What comes first: among the tracks, and in each among the groups.
  public enum Order: String, Sendable, CaseIterable {
    /// What began first.
    case start
    /// What lasted longest.
    case duration
    /// Most connections.
    case count
    /// By the name and pid of the process.
    case process
    /// By remote address and port, within a process.
    case remote
  }

  /// - Parameter window: what is to be drawn; the whole run, from the first bar on, where it is `nil`.
  public init(
    _ collector: Collector, of run: Run, window: ClosedRange<UInt64>? = nil, order: Order = .start
  ) {
    let bars = collector.bars(of: run)
    self.run = run
    let window = window ?? run.startedAt...run.stoppedAt
    self.window = window
    self.order = order
    let drawn = bars.filter { $0.from <= window.upperBound && $0.to >= window.lowerBound }
    tracks = Self.tracks(of: drawn, order)
    count = drawn.count
    outside = bars.count - drawn.count
    dropped = collector.dropped
    droppedUntil = collector.droppedUntil
    olderTimeWaits = collector.olderTimeWaits
    namespaces = Set(drawn.map(\.connection.netns)).count
  }

  private static func tracks(of bars: [Bar], _ order: Order) -> [Track] {
    Dictionary(grouping: bars, by: \.connection.owner)
      .map { owner, bars in
        Track(owner: owner.isKnown ? .process(owner) : .unknown, groups: groups(of: bars, order))
      }
      .sorted { order.precedes($0, $1) }
  }

  /// The tracks, not more than `limit`: where there are more, processes of one name share one, and
  /// where there still are, the last of them.
  public func tracks(atMost limit: Int) -> [Track] {
    if tracks.count <= max(limit, 1) { return tracks }
    var merged = Dictionary(grouping: tracks, by: \.owner.comm).flatMap { comm, tracks in
      guard let comm, tracks.count > 1 else { return tracks }
      return [merge(tracks, as: .sameName(comm, processes: tracks.count))]
    }
    merged.sort { order.precedes($0, $1) }
    guard merged.count > max(limit, 1) else { return merged }
    let rest = merged[max(limit - 1, 0)...]
    let processes = rest.reduce(0) { $0 + $1.owner.processes }
    return merged.dropLast(rest.count) + [merge(Array(rest), as: .others(processes: processes))]
  }

  private func merge(_ tracks: [Track], as owner: Track.Owner) -> Track {
    let bars = tracks.flatMap { $0.groups.flatMap(\.bars) }
    return Track(owner: owner, groups: Self.groups(of: bars, order))
  }

  private static func groups(of bars: [Bar], _ order: Order) -> [Track.Group] {
    let services = Services(bars)
    return Dictionary(grouping: bars) { services.key(of: $0.connection) }
      .map { key, bars in
        Track.Group(
          key: key,
          bars: bars.sorted { ($0.from, $0.connection.id) < ($1.from, $1.connection.id) })
      }
      .sorted { order.precedes($0, $1) }
  }
}

/// Which group a connection of one process belongs to.
private struct Services {
  /// How many connections, of which nobody knows who opened them, have each remote, and each local port.
  private var remotes: [Track.Key.Service: Int] = [:]
  private var locals: [Track.Key.Service: Int] = [:]

  init(_ bars: [Bar]) {
    for bar in bars where Track.Role(bar.connection.open) == .unknown {
      remotes[bar.connection.remoteService, default: 0] += 1
      locals[bar.connection.localService, default: 0] += 1
    }
  }

  func key(of connection: Connection) -> Track.Key {
    let role = Track.Role(connection.open)
    let (remote, local) = (connection.remoteService, connection.localService)
    let service =
      switch role {
      case .client, .both: remote
      case .server: local
      // No guess at who serves: only what brings more of them together.
      case .unknown: locals[local, default: 0] > remotes[remote, default: 0] ? local : remote
      }
    return Track.Key(role: role, netns: connection.netns, service: service)
  }
}

extension Connection {
  fileprivate var remoteService: Track.Key.Service {
    .remote(tuple.remote, port: tuple.remotePort)
  }

  fileprivate var localService: Track.Key.Service { .local(port: tuple.localPort) }
}
