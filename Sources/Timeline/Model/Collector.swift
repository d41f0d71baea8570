// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Keeps the ends of connections for a picture: so many, the last ones, and counts the others.
public struct Collector: FactSink, Sendable {
  private var entries: [Entry] = []
  /// Where the oldest is, once there are as many as may be.
  private var oldest = 0
  /// Where a connection is, for the end of its TIME_WAIT.
  private var places: [UInt64: Int] = [:]
  private let filter: Filter
  private let limit: Int
  /// The time of the reading whose facts are told now, in the clock of the records.
  private var now: UInt64
  /// Connections that were there and found no room: the ones that were told of first.
  public private(set) var dropped = 0
  /// When the last of those was told of; 0 for none.
  public private(set) var droppedUntil: UInt64 = 0
  /// TIME_WAITs that ended and were left before the tracer began: nothing is known of their connections.
  public private(set) var olderTimeWaits = 0

  private struct Entry {
    var end: Box<ConnectionEnd>
    var timeWait: Box<TimeWaitEnd>?
    /// When it was told that it, or its TIME_WAIT, was over.
    var toldAt: UInt64
  }

  /// - Parameters:
  ///   - limit: how many ends of connections are kept, 1 KiB each with their bars.
  ///   - startedAt: when the tracer began, in the clock of the records.
  public init(filter: Filter = Filter(), limit: Int = 100_000, startedAt: UInt64) {
    self.filter = filter
    self.limit = max(limit, 1)
    now = startedAt
  }

  public mutating func beginPass(now: UInt64) { self.now = max(self.now, now) }

  public mutating func transition(_ connection: Connection, _ edge: Edge, at: UInt64) {
    // What happens while the ring is read may be a little later than when that began.
    now = max(now, at)
  }

  public mutating func finished(_ end: ConnectionEnd) {
    guard filter.matches(end.connection) else { return }
    if let ending = end.ending { now = max(now, ending.endedAt) }
    let entry = Entry(end: Box(end), timeWait: nil, toldAt: now)
    if entries.count < limit {
      places[end.connection.id] = entries.count
      entries.append(entry)
      return
    }
    places[entries[oldest].end.value.connection.id] = nil
    dropped += 1
    droppedUntil = entries[oldest].toldAt
    places[end.connection.id] = oldest
    entries[oldest] = entry
    oldest = (oldest + 1) % limit
  }

  public mutating func timeWaitEnded(_ end: TimeWaitEnd) {
    guard let id = end.id else {
      if filter.matches(end) { olderTimeWaits += 1 }
      return
    }
    guard let place = places[id] else { return }
    entries[place].timeWait = Box(end)
    entries[place].toldAt = max(now, end.endedAt ?? 0)
  }

  /// When the last was heard, in the clock of the records.
  public var lastHeardAt: UInt64 { now }

  /// A bar for each connection that is kept, in the order in which their ends were told.
  func bars(of run: Run) -> [Bar] {
    (0..<entries.count).map { index in
      let entry = entries[(oldest + index) % entries.count]
      return Bar(entry.end, timeWait: entry.timeWait, toldAt: entry.toldAt, in: run)
    }
  }
}
