// SPDX-License-Identifier: Apache-2.0

/// What was lost and when, and so what may be missing of a connection's records.
struct LossHistory {
  let startedAt: UInt64
  private var seen = Losses()
  private var countedAt: UInt64
  private var transitions = LossWindows()
  private var resets = LossWindows()
  private var minis = LossWindows()
  private var listeners = LossWindows()

  init(startedAt: UInt64) {
    self.startedAt = startedAt
    countedAt = startedAt
  }

  /// Takes in a count. The span of what is new in it begins at the count before: a record that was
  /// lost since may have been due at any time in it.
  ///
  /// - Returns: whether a listener may have come or gone untold: a skipped program may have been about
  ///   to tell of one, and a full ring counts them among the owners.
  mutating func note(_ losses: Losses, until now: UInt64) -> Bool {
    let span = min(countedAt, now)...now
    let hasNewTransitions = losses.hasNewTransitions(since: seen)
    let mayHideListener = hasNewTransitions || losses.owners > seen.owners
    if hasNewTransitions { transitions.add(span) }
    if mayHideListener { listeners.add(span) }
    if losses.resets != seen.resets || losses.isCut != seen.isCut { resets.add(span) }
    if losses.minis != seen.minis { minis.add(span) }
    seen = losses
    countedAt = now
    return mayHideListener
  }

  func mayHaveMissedListener(at time: UInt64) -> Bool { listeners.touch(time...time) }

  /// A transition that was told, and for which there was no room in the table.
  mutating func addTransition(at: UInt64) { transitions.add(at...at) }

  /// Whether a segment that reached a mini socket may not have been told, or who left it.
  func mayHaveMissedMini(in span: ClosedRange<UInt64>) -> Bool {
    minis.touch(span) || transitions.touch(span)
  }

  /// Longer than a SYN is sent again (`tcp_syn_retries`, of which 6 are 127 s).
  private static let longestOpen: UInt64 = 180_000_000_000

  func doubt(
    about connection: Connection, _ ending: Ending?, tiers: Tiers, isSuperseded: Bool,
    at now: UInt64
  ) -> Doubt {
    let first = connection.firstSeenAt(ending)
    // What was seen of it first may not have been the first: its RST, or its open.
    let start = connection.openedAt == 0 ? first - min(first, RecentSockets.span) : first
    var end = now
    if let ending, ending.isClosed, !ending.awaitsReset, !ending.leavesMini {
      end = ending.closedAt
    }
    let life = start...max(start, end)
    var doubt: Doubt = []
    if isSuperseded || transitions.touch(life) { doubt.insert(.transitions) }
    if !tiers.contains(.resets) || resets.touch(life) { doubt.insert(.resets) }
    if minis.touch(life) { doubt.insert(.minis) }
    let isEarly = tiers.contains(.withPendingOpens) && first < startedAt &+ Self.longestOpen
    if isEarly || transitions.touch(min(startedAt, first)...first) { doubt.insert(.beginning) }
    let established = max(first, connection.establishedAt)
    if transitions.touch(first...established) { doubt.insert(.handshake) }
    return doubt
  }
}

extension Losses {
  /// Whether a transition was lost since. Each place by itself: what is a gap now may be counted later.
  fileprivate func hasNewTransitions(since seen: Losses) -> Bool {
    ring.transitions > seen.ring.transitions || guarded.transitions > seen.guarded.transitions
      || malformed > seen.malformed || unreadable > seen.unreadable || gaps > seen.gaps
  }

  /// Goes on to what the kernel counts now.
  ///
  /// - Parameter duplicates: how many transitions were told twice, as far as they have been read.
  public mutating func advance(to count: Losses, duplicates: UInt64 = 0) {
    let before = guarded.transitions
    self = count
    let lost = guardBalance.map { UInt64(max(0, $0 + Int64(duplicates))) } ?? 0
    // What was told twice may not have been read yet: nothing that was lost is found again.
    guarded.transitions = max(before, lost)
  }

  /// Adds what only the tracker knows to what the kernel counted.
  public mutating func takeOver(from tracker: borrowing Tracker) {
    table = tracker.refused + tracker.ledger.refused
    let counted = ring.transitions + guarded.transitions
    gaps = tracker.gaps > counted ? tracker.gaps - counted : 0
  }

  /// State transitions that did not arrive: generated less received.
  public var transitions: UInt64 { ring.transitions + guarded.transitions + gaps + unread }
  var resets: UInt64 { ring.resets + guarded.resets + unread }
  var minis: UInt64 { ring.minis + guarded.minis + unread }

  /// Of any kind.
  private var unread: UInt64 { malformed + unreadable }
}
