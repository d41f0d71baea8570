// SPDX-License-Identifier: Apache-2.0

/// How many records did not arrive, and where they were lost. A count of each from the start on.
public struct Losses: Equatable, Sendable {
  /// The ring had no room.
  public var ring = Stage()
  /// The kernel's recursion guard skipped a program, and no second one told it. Of transitions, known
  /// once a tracker has counted those that were told twice: ``advance(to:duplicates:)``.
  public var guarded = Stage()
  /// How often the guard skipped the first instance, less how often the second spoke: what both told,
  /// which a tracker drops, is in it as less than nothing. `nil` where both moved while they were read.
  public var guardBalance: Int64?
  /// No counter tells of it, but the path of a connection has a hole: at least so many transitions,
  /// beyond those that are counted.
  public var gaps: UInt64 = 0
  /// The table of connections was full, and transitions of connections are not followed; or that of
  /// mini sockets was, and one is not counted.
  public var table: UInt64 = 0
  /// A record that this version cannot read.
  public var malformed: UInt64 = 0
  /// Records that are missing from a recording: a part of it is damaged.
  public var unreadable: UInt64 = 0
  /// Whether the telling was cut off, as where a recording has no end: a RST may have followed what was
  /// told last, and no count says so.
  public var isCut = false

  public init() {}

  public var total: UInt64 {
    ring.total + guarded.total + gaps + table + malformed + unreadable + owners
  }

  /// Adds what another source has lost, whose telling is over: ``carried(duplicates:)``.
  public mutating func add(_ other: Losses) {
    ring.add(other.ring)
    guarded.add(other.guarded)
    guardBalance = guardBalance.flatMap { balance in other.guardBalance.map { balance + $0 } }
    malformed += other.malformed
    unreadable += other.unreadable
  }

  /// What a source has lost, for those who go on with another: without what only a tracker knows, which
  /// goes on.
  public func carried(duplicates: UInt64) -> Losses {
    var carried = self
    // Of transitions, ``advance(to:duplicates:)`` makes the number again of the balance.
    carried.guardBalance = Int64(guarded.transitions) - Int64(duplicates)
    carried.guarded.transitions = 0
    (carried.gaps, carried.table) = (0, 0)
    return carried
  }

  /// Connections of which it was not told who accepted them.
  public var owners: UInt64 { ring.owners + guarded.owners }

  /// Losses in the kernel, by what the lost record would have told.
  public struct Stage: Equatable, Sendable {
    public var transitions: UInt64 = 0
    public var resetsReceived: UInt64 = 0
    public var resetsSent: UInt64 = 0
    public var minis: UInt64 = 0
    /// Who accepted, or holds: then less is known, and nothing else rests on it.
    public var owners: UInt64 = 0

    public init() {}

    mutating func add(_ other: Stage) {
      transitions += other.transitions
      resetsReceived += other.resetsReceived
      resetsSent += other.resetsSent
      minis += other.minis
      owners += other.owners
    }

    /// Without the owners, which have a number of their own: ``Losses/owners``.
    public var total: UInt64 { transitions + resetsReceived + resetsSent + minis }
    public var resets: UInt64 { resetsReceived + resetsSent }
  }
}
