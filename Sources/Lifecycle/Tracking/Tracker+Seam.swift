// SPDX-License-Identifier: Apache-2.0

/// Going on with another source, where the programs have been attached anew.
extension Tracker {
  /// Another source goes on where the last one ended; both have told for a moment.
  ///
  /// - Parameters:
  ///   - tiers: what it tells of: from now on nobody can be sure of more, and of what was before of no more
  ///     either.
  ///   - seam: of what was before, nothing of the new one's is taken in.
  public mutating func goOn(with tiers: Tiers, from seam: UInt64) {
    self.tiers = self.tiers.common(with: tiers)
    seamEnd = seam &+ Self.seamWidth
  }

  /// The old and the new programs run one after the other and each look at the clock: what was told just
  /// before the seam can be told again just behind it. An interrupt may come between them.
  private static var seamWidth: UInt64 { 10_000_000 }

  /// Whether the source before has told this already. No transition comes twice in a row by itself.
  func isOfTheSeam(_ record: Record, _ edge: Edge) -> Bool {
    guard record.at < seamEnd else { return false }
    guard let slot = slot(of: record.socket) else {
      return edge.to == .closed && recentlyClosed.contains(record.socket, at: record.at)
    }
    let (connection, tuple) = (connections[slot], record.tuple)
    // The local port may have come later.
    return connection.lastEdge == edge && connection.tuple.remote == tuple.remote
      && connection.tuple.remotePort == tuple.remotePort
  }
}
