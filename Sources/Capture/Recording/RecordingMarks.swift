// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle

/// Losses and what namespaces say, as the words of an entry. A recording may be anybody's: what is read
/// is brought to what can be counted on.
extension LossCount {
  var words: [UInt64] {
    [
      at, losses.ring.transitions, losses.ring.resetsReceived, losses.ring.resetsSent,
      losses.ring.minis, losses.ring.owners, losses.guarded.resetsReceived,
      losses.guarded.resetsSent, losses.guarded.minis, losses.guarded.owners,
      UInt64(bitPattern: losses.guardBalance ?? Self.unknown), losses.malformed,
    ]
  }

  /// Sums of them do not overflow.
  private static let most: UInt64 = 1 << 48
  private static let unknown = Int64.min

  init?(_ words: UnsafeRawBufferPointer) {
    guard words.count >= 12 * 8 else { return nil }
    func number(_ index: Int) -> UInt64 { unsafe min(words.word(index), Self.most) }
    at = unsafe min(words.word(0), RecordingHead.latest)
    losses = Losses()
    losses.ring.transitions = number(1)
    losses.ring.resetsReceived = number(2)
    losses.ring.resetsSent = number(3)
    losses.ring.minis = number(4)
    losses.ring.owners = number(5)
    losses.guarded.resetsReceived = number(6)
    losses.guarded.resetsSent = number(7)
    losses.guarded.minis = number(8)
    losses.guarded.owners = number(9)
    let balance = unsafe Int64(bitPattern: words.word(10))
    if balance.magnitude <= Self.most { losses.guardBalance = balance }
    losses.malformed = number(11)
  }
}

extension Losses {
  /// What was lost after `base` was counted.
  func since(_ base: Losses) -> Losses {
    var losses = self
    func less(_ path: WritableKeyPath<Losses, UInt64>) {
      let (count, old) = (self[keyPath: path], base[keyPath: path])
      losses[keyPath: path] = count > old ? count - old : 0
    }
    let stages: [WritableKeyPath<Losses, Losses.Stage>] = [\.ring, \.guarded]
    let parts: [WritableKeyPath<Losses.Stage, UInt64>] = [
      \.transitions, \.resetsReceived, \.resetsSent, \.minis, \.owners,
    ]
    for stage in stages { for part in parts { less(stage.appending(path: part)) } }
    less(\.malformed)
    losses.guardBalance = guardBalance.map { $0 - (base.guardBalance ?? 0) }
    return losses
  }
}

extension Comparison {
  /// - Parameter at: when the reading ended that it belongs to.
  func words(at: UInt64) -> [UInt64] {
    let answered: UInt64 = (before == nil ? 0 : 1) | (after == nil ? 0 : 2)
    return [at, UInt64(name.inode) | answered << 32, name.address] + Self.words(before)
      + Self.words(after)
  }

  init?(_ words: UnsafeRawBufferPointer) {
    guard words.count >= 17 * 8 else { return nil }
    let first = unsafe words.word(1)
    name = unsafe NamespaceName(
      inode: UInt32(truncatingIfNeeded: first), address: words.word(2))
    before = first >> 32 & 1 != 0 ? unsafe Self.facts(words, at: 3) : nil
    after = first >> 32 & 2 != 0 ? unsafe Self.facts(words, at: 10) : nil
  }

  private static func words(_ facts: NamespaceFacts?) -> [UInt64] {
    guard let facts else { return Array(repeating: 0, count: 7) }
    return [
      facts.at, facts.jiffies, facts.cookie, UInt64(facts.inode) | (facts.isUsed ? 1 << 32 : 0),
      UInt64(bitPattern: Int64(facts.minis ?? -1)), UInt64(bitPattern: Int64(facts.limit ?? -1)),
      UInt64(facts.ports.lowerBound) | UInt64(facts.ports.upperBound) << 16,
    ]
  }

  private static func facts(_ words: UnsafeRawBufferPointer, at index: Int) -> NamespaceFacts {
    // The kernel counts them in 32 bits.
    func count(_ word: UInt64) -> Int? { Int32(exactly: word).map(Int.init) }
    let inode = unsafe words.word(index + 3)
    let ports = unsafe words.word(index + 6)
    let low = UInt16(truncatingIfNeeded: ports)
    return unsafe NamespaceFacts(
      inode: UInt32(truncatingIfNeeded: inode), cookie: words.word(index + 2),
      at: min(words.word(index), RecordingHead.latest), jiffies: words.word(index + 1),
      isUsed: inode >> 32 != 0, minis: count(words.word(index + 4)),
      limit: count(words.word(index + 5)),
      ports: low...max(low, UInt16(truncatingIfNeeded: ports >> 16)))
  }
}

extension UnsafeRawBufferPointer {
  func word(_ index: Int) -> UInt64 {
    unsafe loadUnaligned(fromByteOffset: index << 3, as: UInt64.self)
  }
}
