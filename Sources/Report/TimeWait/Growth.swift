// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// How the use of the ephemeral ports grows, from one census to the next, and when none will be left.
///
/// Only the remotes that use most are followed, over the last half minute: what is kept has a bound,
/// however many there are.
public struct Growth: Sendable {
  /// Oldest first, at least ``interval`` apart.
  private var samples: [Sample] = []

  /// How far back samples count, in nanoseconds.
  private static let window: UInt64 = 30_000_000_000
  /// In nanoseconds: over less than that, a burst looks like growth.
  private static let interval: UInt64 = 1_000_000_000
  /// Remotes of one sample.
  static let most = 64
  /// What half a minute tells of the future, at most, in seconds.
  private static let horizon = 3600.0
  /// `TCP_TIMEWAIT_LEN`, in seconds.
  private static let timeWait = 60.0

  /// What was in use at one moment.
  private struct Sample {
    /// Nanoseconds of CLOCK_MONOTONIC.
    let at: UInt64
    let uses: [Place: Use]
  }

  private struct Place: Hashable {
    let netns: UInt32
    let local: Address
    let remote: Address
    let port: UInt16

    init(_ remote: TimeWaitCensus.Remote, netns: UInt32) {
      self.netns = netns
      local = remote.local
      self.remote = remote.remote
      port = remote.remotePort
    }
  }

  /// Ports that are taken, or by how many more are each second.
  private struct Use {
    /// By TIME_WAIT, and FIN_WAIT2 of orphans.
    var minis: Double
    var live: Double

    var all: Double { minis + live }
  }

  public init() {}

  /// How many remotes are kept, over all samples.
  var count: Int { samples.reduce(0) { $0 + $1.uses.count } }

  /// Takes one more census. Those less than a second after the last that counted do not.
  public mutating func add(_ census: TimeWaitCensus) {
    if let last = samples.last {
      // Another clock, as in another recording: nothing before it can be compared.
      if census.at < last.at {
        samples.removeAll()
      } else if census.at - last.at < Self.interval {
        return
      }
    }
    samples.removeAll { census.at - $0.at > Self.window }
    var used: [(ratio: Double, place: Place, use: Use)] = []
    for namespace in census.namespaces {
      for remote in namespace.remotes.prefix(Self.most)
      where remote.range > 0 && remote.used * 100 >= remote.range {
        let use = Use(minis: Double(remote.timeWait + remote.finWait2), live: Double(remote.live))
        used.append((remote.usedRatio, Place(remote, netns: namespace.inode), use))
      }
    }
    used.sort { $0.ratio > $1.ratio }
    let uses = used.prefix(Self.most).map { ($0.place, $0.use) }
    samples.append(Sample(at: census.at, uses: Dictionary(uses) { first, _ in first }))
  }

  /// Seconds until all ports of the range are taken towards a remote, if it goes on as in the last
  /// half minute; 0 where they are. `nil` where that is not to be seen: it does not grow, it is not
  /// followed for long enough, or it would take more than an hour.
  ///
  /// A TIME_WAIT that begins now is over in 60 s. From then on as many end as begin, so its growth
  /// counts for that long; that of connections, which stay, counts for longer.
  ///
  /// - Parameter remote: as it is in the census that was taken last.
  public func secondsUntilFull(_ remote: TimeWaitCensus.Remote, netns: UInt32) -> UInt64? {
    if remote.range <= 0 { return nil }
    let free = Double(remote.range - remote.used)
    if free <= 0 { return 0 }
    guard let rate = rate(of: Place(remote, netns: netns)) else { return nil }
    var seconds = free / rate.all
    if rate.all <= 0 || seconds > Self.timeWait {
      if rate.live <= 0 { return nil }
      seconds = Self.timeWait + (free - rate.all * Self.timeWait) / rate.live
    }
    return seconds > Self.horizon ? nil : UInt64(seconds.rounded(.up))
  }

  /// The slope of the line that fits best (least squares), each second.
  private func rate(of place: Place) -> Use? {
    var points: [(at: Double, use: Use)] = []
    guard let last = samples.last else { return nil }
    // Where it was not among those that are followed, it begins anew.
    for sample in samples.reversed() {
      guard let use = sample.uses[place] else { break }
      points.append((-Double(last.at - sample.at) / 1e9, use))
    }
    guard points.count > 1 else { return nil }
    let middle = points.reduce(0) { $0 + $1.at } / Double(points.count)
    var (slope, square) = (Use(minis: 0, live: 0), 0.0)
    for (at, use) in points {
      slope.minis += (at - middle) * use.minis
      slope.live += (at - middle) * use.live
      square += (at - middle) * (at - middle)
    }
    return Use(minis: slope.minis / square, live: slope.live / square)
  }
}
