// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Records, and does nothing else: nothing is decoded, no connection is followed.
///
/// It reads, asks and scans as a session does that follows, as far as that can be told without a tracker.
public struct Recorder: ~Copyable {
  private var source: RecordingSource
  private var losses = Losses()
  private var busyAt: UInt64 = 0
  private var askedAt: UInt64 = 0
  private var scannedAt: UInt64 = 0
  private var lostAtScan: UInt64 = 0
  /// A connection that two scans have not seen has ended.
  private var scansDue = 0

  private static let asking: UInt64 = 1_000_000_000
  private static let scanning: UInt64 = 2_000_000_000
  /// What ends is told of once nothing can change it any more: some readings later.
  private static let settling: UInt64 = 200_000_000

  public init(_ source: consuming RecordingSource) { self.source = source }

  public var origin: Origin { source.origin }
  public var introduction: String { source.introduction }
  public var notes: [String] { source.notes }
  public var lossDetail: [String] { source.lossDetail }

  /// What has been recorded: state transitions; connections that began or were there; bytes; and what was lost.
  public var report: Report {
    let tally = source.tally
    return Report(
      transitions: tally.transitions, connections: tally.connections, records: source.records,
      bytes: source.bytes, files: source.files, losses: losses)
  }

  public struct Report: Equatable, Sendable {
    public var transitions: UInt64
    public var connections: UInt64
    public var records: UInt64
    public var bytes: UInt64
    public var files: Int
    public var losses: Losses
  }

  /// Takes in what was there before.
  public mutating func begin() { scan() }

  private mutating func scan() {
    source.scan { _ in }
    source.endFirstScan()
    scannedAt = source.now()
    lostAtScan = lostOfScans
  }

  /// What a scan can find again.
  private var lostOfScans: UInt64 { losses.transitions + losses.owners }

  /// Waits, and records what there is.
  public mutating func pass(until deadline: UInt64?) throws(SystemError) -> Wake {
    let wake = try source.wait(until: deadline)
    let isAsking = source.now() >= askedAt + Self.asking
    let asked = isAsking ? source.ask(source.namespaces) : []
    let readAt = source.beginPass()
    if source.keep() > 0 { busyAt = readAt }
    rescan(at: readAt)
    if isAsking { askedAt = readAt }
    if isAsking || readAt < busyAt + Self.settling {
      count()
      _ = source.compare(asked)
    }
    if try source.rotate() { scan() }
    return wake
  }

  /// Once more, and once more after it, where records were lost.
  private mutating func rescan(at now: UInt64) {
    if lostOfScans > lostAtScan { scansDue = 2 }
    guard scansDue > 0, now >= scannedAt + Self.scanning else { return }
    scansDue -= 1
    scan()
  }

  private mutating func count() {
    // What was told twice is for a replay to find; until then it hides as many.
    losses.advance(to: source.endPass().losses)
  }

  /// Stops the kernel's telling, and completes the recording.
  public mutating func finish() throws(SystemError) {
    source.stop()
    _ = source.beginPass()
    _ = source.keep()
    count()
    try source.check()
  }
}
