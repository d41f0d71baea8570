// SPDX-License-Identifier: Apache-2.0

extension Ending {
  /// A transition that close() or shutdown() makes, or the call of close() itself.
  mutating func shut(_ edge: Edge, _ shut: Record.Shut, record: Record) {
    if edge.from != edge.to { entered.append(edge.to, at: record.at) }
    if edge == Edge(from: .closeWait, to: .lastAck) { secondFIN = shut }
    take(shut.task, record)
  }

  /// A transition that a packet makes.
  mutating func step(_ edge: Edge, stamp: UInt64?, unsent: UInt32, at: UInt64) {
    entered.append(edge.to, at: at)
    switch edge.to {
    case .finWait2: finAckStamp = stamp
    case .closing: finsCrossed = unsent == 0
    default: break
    }
  }

  /// Any state to CLOSE.
  mutating func close(from state: TCPState, _ closed: Record.Closed, record: Record) {
    closedAt = record.at
    closedFrom = state
    flags = record.flags
    shutdown = record.shutdown
    error = record.error
    self.closed = closed
    if record.error == Errno.connectionAborted {
      killer = closed.task
    } else if isEndedByCall {
      take(closed.task, record)
    }
  }

  mutating func reset(isAnswer: Bool) {
    if !isAnswer {
      resetDecided = true
      if isClosed { resetFollowed = true }
    } else if isClosed {
      // An answer while the connection lives, as to a stray segment in SYN_SENT, ends nothing.
      resetAnswered = true
    }
  }

  /// The closer is who called close(); where the halves were shut apart, who called it last.
  private mutating func take(_ task: Process, _ record: Record) {
    guard task.isKnown, !closer.process.isKnown || record.shutdown == 3 else { return }
    closer = Closer(
      process: task,
      isExiting: record.flags.contains(.exiting),
      isKilled: record.flags.contains(.signaled))
  }
}
