// SPDX-License-Identifier: Apache-2.0

/// Endings of which the states are told, and nothing that the socket knew.
extension Ending {
  /// A transition to any state behind ESTABLISHED but CLOSE, or the call of close() itself.
  mutating func tell(_ edge: Edge, task: Process, at: UInt64) {
    if edge.from != edge.to { entered.append(edge.to, at: at) }
    // Where both states are one, it is close(); else it may be shutdown(), and another's close() later.
    guard task.isKnown, !closer.process.isKnown || edge.from == edge.to else { return }
    closer = Closer(process: task, isExiting: nil, isKilled: nil)
  }

  /// Any state to CLOSE.
  mutating func close(from state: TCPState, at: UInt64) {
    closedAt = at
    closedFrom = state
    isBare = true
  }

  /// Whether a RST may follow its CLOSE.
  var awaitsResetUntold: Bool {
    if resetFollowed || resetAnswered { return false }
    return closedFrom != .synSent && closedFrom != .synRecv
  }

  /// Whoever closed is known by a FIN, and another may have ended it later by a RST.
  mutating func forgetCloserOfReset() {
    if isBare, resetFollowed { closer = .none }
  }
}
