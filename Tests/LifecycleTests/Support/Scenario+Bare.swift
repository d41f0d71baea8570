// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

extension Scenario {
  /// The same as classic tracepoints tell it.
  ///
  /// - Parameter hasListeners: otherwise as `tcp:tcp_set_state` does, which tells of no child before it is
  ///   ESTABLISHED and names no family.
  func bare(hasListeners: Bool) -> [Record] {
    records.compactMap { $0.bare(hasListeners: hasListeners) }
  }
}

extension Record {
  fileprivate func bare(hasListeners: Bool) -> Record? {
    // There is no second program.
    if flags.contains(.second) { return nil }
    var record = Record(
      socket: socket, at: at, tuple: tuple, netns: 0, flags: flags.intersection(.ipv6),
      facts: facts)
    if !hasListeners, flags.isDisjoint(with: .ipv6) { record.flags = .noFamily }
    switch facts {
    case .resetReceived, .resetSent: return record
    case .openedActively(_, _, let task): record.tell(.closed, .synSent, task)
    case .openedPassively:
      guard hasListeners else { return nil }
      record.tell(.listen, .synRecv)
    case .established(let from, _): record.tell(from, .established)
    case .step(let from, let to, _, _): record.tell(from, to)
    case .shut(let from, let to, let shut): record.tell(from, to, shut.task)
    case .closed(let from, _): record.tell(from, .closed)
    case .told, .mini, .listening, .taken, .found, .foundMini, .scanned, .scanBegan, .scanEnded:
      return nil
    }
    return record
  }

  private mutating func tell(_ from: TCPState, _ to: TCPState, _ task: Process = .none) {
    facts = .told(from: from, to: to, task: task)
  }
}
