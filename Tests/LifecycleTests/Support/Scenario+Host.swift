// SPDX-License-Identifier: Apache-2.0
@testable import Lifecycle

extension Scenario {
  /// The same on a host that was scanned, with a listener for each child, and with an accept of each
  /// that a process takes.
  ///
  /// - Parameter isShared: whether another process listens at the same port.
  func onHost(isShared: Bool) -> [Record] {
    var told: [Record] = []
    var before = Script()
    before.scanned()
    var ports: Set<UInt16> = []
    for (index, record) in records.enumerated() {
      told.append(record)
      if case .openedPassively = record.facts, ports.insert(record.tuple.localPort).inserted {
        before.tuple = record.tuple
        before.listen()
        if isShared { before.listen(socket: 0xffff_8880_0900_1000, by: Script.rival) }
      }
      guard record.edge == Edge(from: .synRecv, to: .established), isAccepted(after: index)
      else { continue }
      var accept = record
      accept.at += 1000
      accept.facts = .taken(.accept, cgroup: 7, uid: 500, task: Script.process)
      told.append(accept)
    }
    let lead = before.records.map { record in
      var record = record
      record.at -= 500_000_000
      return record
    }
    return lead + told
  }

  /// Whether a process has this child later: its records say so.
  private func isAccepted(after index: Int) -> Bool {
    let later = records[(index + 1)...].prefix {
      $0.socket == records[index].socket && $0.edge?.from != .closed && $0.edge?.from != .listen
    }
    return later.contains {
      if case .shut = $0.facts { return true }
      return $0.flags.contains(.hasSocket)
    }
  }

  /// A TIME_WAIT that there was: when it began, what ended it, and when.
  struct Wait: Equatable {
    let beganAt: UInt64
    let cause: TimeWaitEnd.Cause
    let endedAt: UInt64

    /// Whether everything that is said is true; less may be said.
    func allows(_ end: TimeWaitEnd) -> Bool {
      if let began = end.beganAt, began != beganAt { return false }
      return end.cause == .unknown && end.endedAt == nil
        || end.cause == cause && end.endedAt == endedAt
    }
  }

  /// In order, as the records tell them to whom nothing is lost.
  var waits: [Wait] {
    var waits: [Wait] = []
    var began: [Tuple: UInt64] = [:]
    var restarted: [Tuple: UInt64] = [:]
    func end(_ tuple: Tuple, _ cause: TimeWaitEnd.Cause, _ at: UInt64? = nil) {
      guard let start = began.removeValue(forKey: tuple) else { return }
      let fires = Script.fires(restarted.removeValue(forKey: tuple) ?? start)
      waits.append(Wait(beganAt: start, cause: cause, endedAt: at ?? fires))
    }
    var openedAt: UInt64 = 0
    for record in records {
      switch record.facts {
      case .openedActively: openedAt = record.at
      case .openedPassively: end(record.tuple, .syn, record.at)
      case .established(from: .synSent, _): end(record.tuple, .reuseConnect, openedAt)
      case .closed(from: .synSent, let facts) where facts.unacked == 1:
        end(record.tuple, .reuseConnect, openedAt)
      case .closed(let from, let facts)
      where [0, 113].contains(record.error) && record.flags.contains(.done)
        && (from == .finWait2 || from == .closing && facts.unacked == 0):
        began[record.tuple] = record.at
      case .mini(_, let segment) where segment.isGone: end(record.tuple, .rst, record.at)
      case .mini(let mini, _) where mini.substate == .timeWait:
        if began[record.tuple] == nil { began[record.tuple] = record.at }
        restarted[record.tuple] = record.at
      default: break
      }
    }
    for tuple in began.keys { end(tuple, .timer) }
    return waits
  }
}
