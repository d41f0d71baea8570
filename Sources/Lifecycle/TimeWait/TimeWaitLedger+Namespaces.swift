// SPDX-License-Identifier: Apache-2.0

/// What the namespaces say, and what a scan finds in them.
extension TimeWaitLedger {
  /// A record names its namespace. Where an inode number names another than before, that one has gone.
  mutating func note(_ name: NamespaceName, at: UInt64) {
    if let known = namespaces[name.inode] {
      if known.name == name || name.address == 0 { return }
      if known.name.address == 0 {
        namespaces[name.inode]?.name = name
        return
      }
      drop(name.inode, at: at)
    }
    if namespaces.count < Self.mostNamespaces { namespaces[name.inode] = Namespace(name: name) }
  }

  /// More than hosts have; a recording may name any number.
  private static var mostNamespaces: Int { 65_536 }

  /// Those worth asking: known by a record, and not known to be gone.
  var toAsk: [NamespaceName] { namespaces.values.map(\.name) }

  /// Takes in what a namespace says of itself; `nil` where it cannot be asked.
  mutating func take(_ facts: NamespaceFacts?, of name: NamespaceName) {
    guard let known = namespaces[name.inode], known.name == name else { return }
    guard let facts else { return giveUpConfirming(name.inode) }
    let isOther = known.facts.map { $0.cookie != facts.cookie } ?? false
    if facts.inode != name.inode || !facts.isUsed || isOther {
      drop(name.inode, at: facts.at)
      return
    }
    clock.note(facts.jiffies, at: facts.at)
    namespaces[name.inode]?.facts = facts
    // Its timers have fired as predicted, for it was there until now.
    for end in unconfirmed where end.netns == name.inode { ended.append(end) }
    unconfirmed.removeAll { $0.netns == name.inode }
  }

  /// Holds our count against the kernel's, before and after ours was made.
  mutating func compare(
    _ name: NamespaceName, _ before: NamespaceFacts, _ after: NamespaceFacts
  ) {
    guard var known = namespaces[name.inode], known.name == name,
      let first = before.minis, let last = after.minis
    else { return }
    var facts = after
    facts.setMinis(nearest: known.count, from: first, to: last)
    known.facts = facts
    known.drift = known.count - (facts.minis ?? 0)
    known.drifting = known.drift == 0 ? 0 : known.drifting + 1
    if known.drift > 0 { known.surplusAt = after.at }
    if known.drift == 0 { known.scannedFor = 0 }
    namespaces[name.inode] = known
  }

  /// It has gone by now, and all that was in it. When, nobody tells.
  private mutating func drop(_ inode: UInt32, at now: UInt64) {
    expire(at: now)
    giveUpConfirming(inode)
    for number in numbers(in: inode) { end(number, .netns, at: nil) }
    namespaces[inode] = nil
  }

  /// Whether they ended by their timers or with their namespace before that, nobody tells.
  private mutating func giveUpConfirming(_ inode: UInt32) {
    for var end in unconfirmed where end.netns == inode {
      end.cause = .unknown
      end.endedAt = nil
      ended.append(end)
    }
    unconfirmed.removeAll { $0.netns == inode }
    if namespaces[inode]?.count == 0 { namespaces[inode] = nil }
  }

  /// Nobody has asked for long.
  mutating func giveUpConfirming() {
    for inode in Set(unconfirmed.map(\.netns)).sorted() { giveUpConfirming(inode) }
  }

  /// In an order that does not depend on the table's random key.
  func numbers(in inode: UInt32) -> [UInt32] {
    var numbers: [UInt32] = []
    index.forEach { if entries[$0].key.netns == inode { numbers.append($0) } }
    numbers.sort()
    return numbers
  }

  /// From here on a scan tells what is there.
  mutating func beginScan() {
    for (inode, namespace) in namespaces { namespaces[inode]?.scannedFor = namespace.drift }
    hasOlder = index.count > 0
    index.forEach { number in entries.update(number) { $0.isSeen = false } }
  }

  /// A scan has told all of a namespace: what it has not seen is not there.
  ///
  /// - Returns: those in FIN_WAIT2 that are gone.
  mutating func endScan(of inode: UInt32, at: UInt64) -> [Key] {
    var gone: [Key] = []
    expire(at: at)
    // What came after the scan's beginning cannot have been missed by it.
    let numbers = hasOlder ? numbers(in: inode) : []
    for number in numbers where !entries[number].isSeen {
      if !entries[number].isTimeWait { gone.append(entries[number].key) }
      end(number, .unknown, at: nil)
    }
    namespaces[inode]?.scannedAt = at
    return gone
  }

  /// Whether a mini socket of this namespace may have gone before its time: the kernel counted less than
  /// we follow while it lived, and no scan in its time has told which was missing; or the kernel does not
  /// count.
  func isDoubtful(in inode: UInt32, since began: UInt64, until end: UInt64 = .max) -> Bool {
    namespaces[inode]?.facts?.minis == nil || hasSurplus(in: inode, since: began, until: end)
  }

  func hasSurplus(in inode: UInt32, since began: UInt64, until end: UInt64 = .max) -> Bool {
    guard let namespace = namespaces[inode] else { return false }
    return namespace.surplusAt > max(began, namespace.scannedAt <= end ? namespace.scannedAt : 0)
  }
}
