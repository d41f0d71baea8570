// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Exposition
internal import Lifecycle
internal import Synchronization

/// What a tracer that gives out metrics says of itself, put together whenever it is asked.
final class SelfReport: Sendable {
  let server: Server?
  private let kernel: String?
  private let isLive: Bool
  private let hasTextfile: Bool
  private let textfileFailures = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - kernel: the release of the one that tells.
  ///   - isLive: whether that is this host's.
  init(kernel: String?, isLive: Bool, server: Server?, hasTextfile: Bool) {
    self.kernel = kernel
    self.isLive = isLive
    self.server = server
    self.hasTextfile = hasTextfile
  }

  func countTextfileFailure() { textfileFailures.add(1, ordering: .relaxed) }

  var facts: TracerFacts {
    var facts = TracerFacts(version: Synfin.version)
    facts.kernel = kernel
    if hasTextfile { facts.textfileFailures = textfileFailures.load(ordering: .relaxed) }
    if isLive { facts.process = ProcessFacts.look() }
    facts.endpoint = server?.facts
    return facts
  }
}
