// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Dispatch
internal import Endpoint
internal import Exposition
internal import Metrics
internal import Report
internal import Synchronization

/// Where scrapes and the thread that reads meet: they ask, and it gives all that wait one snapshot. Text is
/// made of it elsewhere, for nothing may keep that thread from the ring.
final class Scrapes: Sendable {
  private let bell: Doorbell
  private let queue = DispatchQueue(label: "scrapes")
  private let waiting = Mutex<[Scrape]>([])
  private let passedAt: Atomic<UInt64>
  private let isOver = Atomic(false)
  private let report: SelfReport

  private struct Scrape: Sendable {
    let format: Format
    let done: @Sendable (Body) -> Void
  }

  init(_ report: SelfReport, now: UInt64) throws(SystemError) {
    bell = try Doorbell()
    passedAt = Atomic(now)
    self.report = report
  }

  // MARK: For those who ask

  /// - Parameter done: is given the text, on a thread of its own.
  func ask(for format: Format, _ done: @escaping @Sendable (Body) -> Void) {
    waiting.withLock { $0.append(Scrape(format: format, done: done)) }
    bell.ring()
  }

  /// Nobody will ask any more, though nobody has said so.
  func endService() {
    isOver.store(true, ordering: .relaxed)
    bell.ring()
  }

  /// Whether the reading thread still comes by.
  func isAlive(at now: UInt64) -> Bool {
    now < passedAt.load(ordering: .relaxed) + Self.patience
  }

  /// It comes each 100 ms at least; a look at a full table takes tens of them.
  private static var patience: UInt64 { 5_000_000_000 }

  // MARK: For the thread that reads

  /// Can be read where somebody asks.
  var descriptor: CInt { bell.descriptor }

  func clearBell() { bell.answer() }

  var isServiceOver: Bool { isOver.load(ordering: .relaxed) }

  var areWaiting: Bool { waiting.withLock { !$0.isEmpty } }

  func pass(at now: UInt64) { passedAt.store(now, ordering: .relaxed) }

  /// Gives everybody who waits what there is at this moment.
  func give(_ snapshot: Snapshot) {
    let scrapes = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    if scrapes.isEmpty { return }
    queue.async { [report] in
      let exposition = Exposition(snapshot, by: report.facts)
      var bodies: [Format: Body] = [:]
      for scrape in scrapes {
        let body = bodies[scrape.format] ?? Body(exposition.text(scrape.format))
        bodies[scrape.format] = body
        scrape.done(body)
      }
    }
  }
}

extension Exposition {
  func text(_ format: Format) -> [UInt8] {
    var text = Text(capacity: 1 << 16)
    write(format, to: &text)
    return text.bytes
  }
}
