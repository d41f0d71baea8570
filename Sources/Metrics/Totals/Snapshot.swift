// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// What is counted by service, with counts that are exact at the bounds of a scrape's histograms.
public typealias ServiceCounters = Tallies<Buckets<HandshakeScale>, Buckets<LifetimeScale>>

/// All numbers at one moment, to be scraped.
public struct Snapshot: Sendable {
  /// Nanoseconds of CLOCK_MONOTONIC.
  public var at: UInt64
  /// Nanoseconds to add to such a time for one since the Unix epoch, as of now: the clock on the wall may
  /// have been set since the start.
  public var offsetToEpoch: Int64 = 0
  /// By role and port; a `nil` port is all those together that have no place of their own.
  public var services: [Service: ServiceRow] = [:]
  /// Of those that were opened, those without a round trip, by why: since the start, also of services that
  /// have no row any more.
  public var rttUnknown: [Role: Words<RTTUnknown>] = [:]
  /// Mini sockets by local port; a `nil` one is all ephemeral ports, and those without a place.
  public var minis: [UInt16?: MiniCount] = [:]
  /// Whether mini sockets are followed, and whether it is told what of a handshake was sent again: where only
  /// states are told, neither.
  public var tellsMinis = true
  public var tellsHandshakes = true
  /// Of all network namespaces that can be asked: mini sockets followed, less those that the kernel counts.
  /// `nil` where none can.
  public var drift: Int?
  /// `net.ipv4.tcp_max_tw_buckets` of the tracer's own network namespace, or of the only one followed.
  public var timeWaitLimit: Int?
  /// The greatest share of the ephemeral ports that goes from one local address to one remote address and
  /// port: 1 is all. `nil` where no namespace has told its range.
  public var portsUsed: Double?
  /// State transitions that were received since the start.
  public var transitions: UInt64 = 0
  public var losses = Losses()
  /// Connections and failed opens that were counted as `other` for want of a place.
  public var beyondPorts: UInt64 = 0
  /// How often the programs have been attached, and when that was last, in CLOCK_MONOTONIC.
  public var attachments: UInt64 = 1
  public var attachedAt: UInt64
  /// When counting began, which goes on over attachments.
  public var startedAt: UInt64
  /// What the programs cost, where the kernel keeps statistics; else empty.
  public var programs: [ProgramRuns] = []

  public init(at: UInt64, startedAt: UInt64) {
    self.at = at
    self.startedAt = startedAt
    attachedAt = startedAt
  }
}

/// What is told of a service.
public struct ServiceRow: Equatable, Sendable {
  public var counters = ServiceCounters()
  public var live = Live()
  /// States that there have been connections in: where there is none now, that is a 0 and not a gap.
  public var seen = Words<TCPState>()
  /// When the row began, in CLOCK_MONOTONIC: its counters are from then on.
  public var since: UInt64

  public init(since: UInt64) { self.since = since }
}

/// Mini sockets: connections that are over, and wait.
public struct MiniCount: Equatable, Sendable {
  public var timeWait = 0
  /// FIN_WAIT2 of orphans.
  public var finWait2 = 0

  public init(timeWait: Int = 0, finWait2: Int = 0) {
    self.timeWait = timeWait
    self.finWait2 = finWait2
  }
}
