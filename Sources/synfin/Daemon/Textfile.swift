// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Capture
internal import Dispatch
internal import Exposition
internal import Glibc
internal import Metrics
internal import Report
internal import Synchronization

/// A file for node_exporter's textfile collector: always whole, for it is written beside its place and
/// renamed; and written elsewhere than on the thread that reads, for a disk may take its time.
final class Textfile: Sendable {
  private let path: String
  private let queue = DispatchQueue(label: "textfile")
  private let state = Mutex(State())
  private let report: SelfReport

  private struct State {
    /// What is to be written next: where the disk is slower than the interval, only the last.
    var next: Snapshot?
    var isFailing = false
  }

  init(_ path: String, _ report: SelfReport) {
    self.path = path
    self.report = report
  }

  /// Whether it can be written at all.
  static func check(_ path: String) throws {
    let draft = try OutputFile(path)
    if !draft.isReplaced { throw ValidationError("\(path) is no file that can be replaced") }
  }

  func write(_ snapshot: Snapshot) {
    let isIdle = state.withLock { state in
      defer { state.next = snapshot }
      return state.next == nil
    }
    if isIdle { queue.async { self.writeNext() } }
  }

  /// Waits until what was to be written is.
  ///
  /// - Returns: whether the last of it could be.
  func finish() -> Bool {
    queue.sync {}
    return state.withLock { !$0.isFailing }
  }

  private func writeNext() {
    let next = state.withLock { state in
      defer { state.next = nil }
      return state.next
    }
    guard let next else { return }
    let failure = Self.put(Exposition(next, by: report.facts), at: path)
    let wasFailing = state.withLock { state in
      defer { state.isFailing = failure != nil }
      return state.isFailing
    }
    if failure != nil { report.countTextfileFailure() }
    // Once, and not each time: it is counted.
    if let failure, !wasFailing { Diagnostics.write("\(failure); what was there stays") }
    if failure == nil, wasFailing { Diagnostics.write("\(path) is written again") }
  }

  /// - Returns: why it could not be.
  private static func put(_ exposition: Exposition, at path: String) -> SystemError? {
    do throws(SystemError) {
      var file = try OutputFile(path)
      var text = Text()
      exposition.write(.text, to: &text)
      try file.write(&text)
      try file.commit()
      return nil
    } catch {
      return error
    }
  }
}
