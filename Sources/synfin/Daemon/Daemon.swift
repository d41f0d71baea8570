// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Endpoint
internal import Exposition
internal import Glibc
internal import Metrics

/// What goes on beside the reading where metrics are given out until somebody stops it: a server, a file,
/// and the words with whoever supervises.
struct Daemon: ~Copyable {
  let scrapes: Scrapes
  private let textfile: Textfile?
  private var cadence: Cadence?
  private let server: Server?
  private let hangUp: SignalReader
  private var manager: ServiceManager
  private var isReloading = false
  private var lookedAt: UInt64 = 0
  private var pause: UInt64 = 0
  private(set) var isWritten = true

  /// - Parameters:
  ///   - textfile: the path of a file that is written at each interval.
  ///   - start: when the first is due, in the clock of the records.
  init(
    _ report: SelfReport, textfile: String?, interval: Double, from start: UInt64
  ) throws(SystemError) {
    // Both before any thread begins, for they are about signals of the whole process.
    let hangUp = try SignalReader([SIGHUP])
    scrapes = try Scrapes(report, now: start)
    self.hangUp = hangUp
    manager = ServiceManager(at: start)
    server = report.server
    self.textfile = textfile.map { Textfile($0, report) }
    if textfile != nil {
      var cadence = Cadence(interval, from: start)
      cadence.beginAtOnce()
      self.cadence = cadence
    }
  }

  /// What a wait is to end for.
  var descriptors: [CInt] { [scrapes.descriptor, hangUp.descriptor] }

  /// What is asked is answered from here on. When it has begun anew, that goes on.
  mutating func begun() throws {
    if isReloading { return }
    // By thread, and so before there is any other.
    let held = try Privileges.keep(
      Privileges.ofTracer + (textfile == nil ? [] : Privileges.ofWriter))
    let names = Capability.allCases.filter(held.contains).map(\.name)
    Diagnostics.write(
      "capabilities kept: " + (names.isEmpty ? "none" : names.joined(separator: ", ")))
    try server?.begin(MetricsSite(scrapes: scrapes)) { [scrapes] in scrapes.endService() }
    manager.ready(status)
  }

  private var status: String {
    server.map { "serving http://\($0.address)/metrics" } ?? "writing a text file"
  }

  /// Once for all who ask, and with a pause, so that no number of scrapes takes more than a part of the
  /// reading thread's time.
  var lookDue: UInt64 {
    let asked = scrapes.areWaiting ? lookedAt + pause : .max
    return min(asked, cadence?.due ?? .max)
  }

  mutating func give(_ snapshot: Snapshot) {
    let now = Monotonic.now()
    lookedAt = now
    pause = max(Self.leastPause, (now - min(now, snapshot.at)) * Self.share)
    scrapes.give(snapshot)
    // Not each time that somebody else asks.
    if let due = cadence?.due, snapshot.at >= due, cadence?.take(at: snapshot.at) == true {
      textfile?.write(snapshot)
    }
  }

  private static var leastPause: UInt64 { 50_000_000 }
  private static var share: UInt64 { 20 }

  mutating func pass(at now: UInt64) {
    scrapes.pass(at: now)
    // Whether it could be attached anew, or goes on as it was.
    if isReloading { manager.ready(status) }
    isReloading = false
    manager.live(at: now)
  }

  mutating func takeInput() -> Wish {
    scrapes.clearBell()
    if scrapes.isServiceOver {
      Diagnostics.write("the system has taken the listening socket away")
      isWritten = false
      return .stop
    }
    guard hangUp.next() != nil else { return .goOn }
    manager.reloading(at: Monotonic.now())
    isReloading = true
    return .renew
  }

  /// - Parameter last: what there was at the end.
  mutating func finish(_ last: Snapshot) {
    manager.stopping()
    scrapes.give(last)
    server?.stop()
    guard let textfile else { return }
    textfile.write(last)
    isWritten = textfile.finish()
  }
}
