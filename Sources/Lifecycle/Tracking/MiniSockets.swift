// SPDX-License-Identifier: Apache-2.0

/// Connections whose socket is gone and whose FIN_WAIT2 goes on in a mini socket, which no transition
/// names: found by namespace and addresses, which the kernel keeps unique.
struct MiniSockets {
  private var waiting: [Key: Entry] = [:]
  private var earliest: UInt64 = .max
  /// Outcomes of mini sockets that nobody waits for, or not yet: the last few.
  private var early: [(key: Key, outcome: MiniOutcome, record: Record)] = []
  private static let earlyLimit = 32

  struct Key: Hashable {
    let tuple: Tuple
    let netns: UInt32
  }

  private struct Entry {
    let slot: UInt32
    /// When the mini socket is gone for sure, if nothing else has ended it.
    let deadline: UInt64
  }

  var isEmpty: Bool { waiting.isEmpty }

  /// Returns the connection that waited under this key before, and waits no more.
  mutating func add(_ key: Key, slot: UInt32, until deadline: UInt64) -> UInt32? {
    earliest = min(earliest, deadline)
    return waiting.updateValue(Entry(slot: slot, deadline: deadline), forKey: key)?.slot
  }

  func slot(for key: Key) -> UInt32? { waiting[key]?.slot }

  mutating func remove(_ key: Key) -> UInt32? { waiting.removeValue(forKey: key)?.slot }

  mutating func rememberEarly(_ key: Key, _ outcome: MiniOutcome, _ record: Record) {
    if early.count == Self.earlyLimit { early.removeFirst() }
    early.append((key, outcome, record))
  }

  /// The first outcome under this key since its FIN_WAIT2 began, if there was one.
  mutating func takeEarly(
    _ key: Key, since: UInt64
  ) -> (outcome: MiniOutcome, record: Record)? {
    guard let index = early.firstIndex(where: { $0.key == key && $0.record.at >= since }) else {
      return nil
    }
    let found = early.remove(at: index)
    return (found.outcome, found.record)
  }

  /// Those whose time is over.
  mutating func removeExpired(at now: UInt64) -> [UInt32] {
    if now < earliest { return [] }
    let expired = waiting.filter { $0.value.deadline <= now }
    for key in expired.keys { waiting[key] = nil }
    earliest = waiting.values.map(\.deadline).min() ?? .max
    return expired.values.map(\.slot).sorted()
  }

  mutating func removeAll() -> [UInt32] {
    defer { self = MiniSockets() }
    return waiting.values.map(\.slot).sorted()
  }
}

/// What became of a FIN_WAIT2 that was left to a mini socket.
enum MiniOutcome: Equatable, Sendable, BitwiseCopyable {
  /// The peer's FIN came, and TIME_WAIT began without a word.
  case fin
  /// A RST ended it.
  case reset
  /// Data came, which this host answered with a RST (`tcp_timewait_state_process`).
  case data
  /// A SYN came, which this host answered with a RST.
  case syn
  /// It is gone without any of these, and its time was over.
  case expired
  /// It is gone without any of these, and its time was not over: `ss -K` for one.
  case vanished
}

extension Record {
  /// The mini socket's that a record is about.
  var key: MiniSockets.Key { MiniSockets.Key(tuple: tuple, netns: netns) }
}
