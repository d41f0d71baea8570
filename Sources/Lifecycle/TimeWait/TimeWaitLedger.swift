// SPDX-License-Identifier: Apache-2.0

/// Every mini socket of the host: what TIME_WAIT, and FIN_WAIT2 of an orphan, are kept as.
///
/// No event tells when one ends by its timer, so the ledger knows the timers: an entry leaves it in
/// the jiffy in which the kernel's leaves the hash. What ends one earlier is told by a segment, or by
/// its addresses in use again. Whether all of that is right, the kernel's own count says, which is
/// asked now and then (``take(_:_:)``); where it says otherwise, a scan is taken over
/// (``beginScan()``, ``endScan(of:)``).
struct TimeWaitLedger: ~Copyable {
  var entries = Slab<Entry>()
  var index = HashIndex()
  var clock: JiffyClock
  var namespaces: [UInt32: Namespace] = [:]
  /// What has ended and is to be told; those by their timer once it is sure that their namespace was
  /// still there.
  var ended: [TimeWaitEnd] = []
  var unconfirmed: [TimeWaitEnd] = []
  /// Entries by the jiffy in which they go, as lists through ``Entry/next``.
  private var due: [UInt64: UInt32] = [:]
  private var earliest: UInt64 = .max
  private var owners = Processes()
  /// Whether there was any entry when the last scan began.
  var hasOlder = false
  private let capacity: Int
  /// Mini sockets for which there was no room; the kernel's own limit for a namespace is as high.
  private(set) var refused: UInt64 = 0

  typealias Key = MiniSockets.Key

  /// A mini socket.
  struct Entry: BitwiseCopyable {
    let key: Key
    /// The connection's, or 0.
    let id: UInt64
    /// When the connection came to CLOSE; 0 where that is not known.
    let leftAt: UInt64
    /// When TIME_WAIT began; 0 where that is not known.
    var beganAt: UInt64
    /// The jiffy in which its timer fires.
    var fires: UInt64
    /// The jiffy its timer was set for, where a scan has found it or a segment has restarted it; else 0.
    var expires: UInt64
    let owner: UInt32
    /// How the connection came to be; `nil` where that is not known.
    let open: Open?
    fileprivate(set) var next: UInt32 = 0
    fileprivate(set) var previous: UInt32 = 0
    var isTimeWait: Bool
    let isIPv6: Bool
    /// Seen by the scan that is under way, or younger than it.
    var isSeen = true
  }

  /// A network namespace with mini sockets.
  struct Namespace {
    var name: NamespaceName
    var facts: NamespaceFacts?
    var count = 0
    /// Followed less counted by the kernel, when they were last compared; and for how many comparisons.
    var drift = 0
    var drifting = 0
    /// When the kernel last counted less than we follow, and when a scan last told all there is.
    var surplusAt: UInt64 = 0
    var scannedAt: UInt64 = 0
    /// The difference for which a scan was last made.
    var scannedFor = 0

    /// Whether a scan is due. One that has left the difference as it was can hardly do anything about
    /// it, as where a namespace has no path, and is tried again now and then only.
    var hasDrifted: Bool {
      (drifting >= 3 || drift > 0) && (drift != scannedFor || drifting % 32 == 0)
    }
  }

  init(tick: UInt64, capacity: Int) {
    clock = JiffyClock(tick: tick)
    self.capacity = capacity
  }

  var count: Int { entries.count }

  /// The process of a number that entries have as ``Entry/owner``.
  func process(_ number: UInt32) -> Process { owners[number] }

  /// When a TIME_WAIT began, or was last restarted.
  func startedAt(_ entry: Entry) -> UInt64? {
    guard entry.expires != 0, let set = clock.time(of: entry.expires &- clock.timeWait) else {
      return entry.beganAt == 0 ? nil : entry.beganAt
    }
    return max(set, entry.beganAt)
  }

  func find(_ key: Key) -> UInt32? {
    index.find(hash(key)) { entries[$0].key == key }
  }

  /// Adds one. Where there is one under this key already, its end was not told.
  mutating func add(
    _ key: Key, id: UInt64, leftAt: UInt64, beganAt: UInt64, fires: UInt64, isTimeWait: Bool,
    isIPv6: Bool, owner: Process, open: Open? = nil, address: UInt64, at: UInt64,
    expires: UInt64 = 0
  ) {
    if let number = find(key) { end(number, .unknown, at: nil) }
    note(NamespaceName(inode: key.netns, address: address), at: at)
    guard entries.count < capacity, namespaces[key.netns] != nil else {
      refused += 1
      return
    }
    let number = entries.insert(
      Entry(
        key: key, id: id, leftAt: leftAt, beganAt: beganAt, fires: fires, expires: expires,
        owner: owners.retain(owner), open: open, isTimeWait: isTimeWait, isIPv6: isIPv6))
    index.insert(hash(key), number)
    namespaces[key.netns]?.count += 1
    link(number)
  }

  /// A scan may find a mini socket before the CLOSE is told that leaves it: one whose timer was set at
  /// the same moment is the same.
  mutating func forgetFound(_ key: Key, expires: UInt64) {
    guard let number = find(key), entries[number].id == 0,
      expires &- entries[number].expires &+ 2 <= 4
    else { return }
    entries.update(number) { $0.isTimeWait = false }
    end(number, .unknown, at: nil)
  }

  /// It lives on, until another time.
  mutating func restart(_ number: UInt32, fires: UInt64) {
    unlink(number)
    entries.update(number) { $0.fires = fires }
    link(number)
  }

  /// It is gone. Only the end of a TIME_WAIT is told; a FIN_WAIT2 is a connection's, which is.
  mutating func end(_ number: UInt32, _ cause: TimeWaitEnd.Cause, at: UInt64?) {
    let entry = entries[number]
    unlink(number)
    index.remove(hash(entry.key)) { $0 == number }
    entries.remove(number)
    namespaces[entry.key.netns]?.count -= 1
    defer { owners.release(entry.owner) }
    guard entry.isTimeWait else { return }
    let end = TimeWaitEnd(
      id: entry.id == 0 ? nil : entry.id, netns: entry.key.netns, tuple: entry.key.tuple,
      isIPv6: entry.isIPv6, leftBy: owners[entry.owner],
      beganAt: entry.beganAt == 0 ? nil : entry.beganAt, endedAt: at, cause: cause,
      leftAt: entry.leftAt == 0 ? nil : entry.leftAt)
    if cause != .timer { return ended.append(end) }
    unconfirmed.append(end)
    if unconfirmed.count > capacity { giveUpConfirming() }
  }

  /// Those whose timers have fired.
  mutating func expire(at now: UInt64) {
    guard earliest != .max, let first = clock.time(of: earliest), first <= now else { return }
    for jiffy in due.keys.sorted() {
      guard let time = clock.time(of: jiffy), time <= now else { break }
      while let number = due[jiffy] { end(number, .timer, at: time) }
    }
    earliest = due.keys.min() ?? .max
  }

  private func hash(_ key: Key) -> UInt64 {
    let tuple = key.tuple
    let local = index.hash(tuple.local.high ^ UInt64(key.netns) << 32, tuple.local.low)
    let remote = index.hash(
      tuple.remote.high ^ UInt64(tuple.localPort) << 16 ^ UInt64(tuple.remotePort),
      tuple.remote.low)
    return local &* 3 ^ remote
  }

  private mutating func link(_ number: UInt32) {
    let fires = entries[number].fires
    let head = due[fires] ?? 0
    entries.update(number) {
      $0.next = head
      $0.previous = 0
    }
    if head != 0 { entries.update(head) { $0.previous = number } }
    due[fires] = number
    earliest = min(earliest, fires)
  }

  private mutating func unlink(_ number: UInt32) {
    let entry = entries[number]
    if entry.next != 0 { entries.update(entry.next) { $0.previous = entry.previous } }
    if entry.previous != 0 {
      entries.update(entry.previous) { $0.next = entry.next }
    } else {
      due[entry.fires] = entry.next == 0 ? nil : entry.next
    }
  }
}
