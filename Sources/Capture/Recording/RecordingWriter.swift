// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Lifecycle

/// Writes what a source tells into a recording: the bytes of its records as they are, and between them
/// what was read when, what was lost, and what namespaces said.
///
/// At any moment what is in the file can be read; what waits to be written is a block, or a second.
struct RecordingWriter: ~Copyable {
  typealias Format = RecordingFormat

  private var packer = RecordPacker()
  private var file: RecordingFile
  private let cgroups: Cgroups
  /// Records in blocks that were begun before, and in this file.
  private var before: UInt64 = 0
  private(set) var records: UInt64 = 0
  private var writtenAt: UInt64 = 0
  private var passAt: UInt64?
  private var isLast = false
  private var isOpen = false
  /// Why nothing can be written any more.
  private(set) var failure: SystemError?

  // What the last record named, so that the same is not looked up again.
  private var lastCgroup: UInt64 = 0
  private var knownCgroups: Set<UInt64> = []
  private var lastNet: UInt64 = 0
  private(set) var namespaces: [UInt64: NamespaceName] = [:]
  /// Those that had no mini sockets when they were asked last.
  private var empty: Set<UInt64> = []
  private(set) var tally = RecordTally()

  private static let flushing: UInt64 = 1_000_000_000
  /// On a host that makes many, what is old is told again.
  private static let mostCgroups = 4096
  /// A cgroup's number is before its path.
  private static let longestPath = RecordingFormat.longestText - 8

  init(_ file: consuming RecordingFile, head: RecordingHead, cgroups: Cgroups) throws(SystemError) {
    self.file = file
    self.cgroups = cgroups
    try begin(head)
  }

  /// Bytes written.
  var size: UInt64 { file.count }
  var path: String { file.path }

  /// Goes on in another file, which can be read without this one.
  mutating func goOn(in next: consuming RecordingFile, head: RecordingHead) throws(SystemError) {
    file = next
    (before, records, passAt, isLast, isOpen) = (0, 0, nil, false, false)
    (lastCgroup, knownCgroups, empty) = (0, [], [])
    try begin(head)
  }

  private mutating func begin(_ head: RecordingHead) throws(SystemError) {
    let text = Array(head.text.utf8)
    var bytes = Format.magic
    func append(_ number: some FixedWidthInteger) {
      unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }
    append(Format.version)
    append(UInt16(0))
    append(UInt32(text.count))
    append(unsafe text.withUnsafeBytes { unsafe Format.checksum($0) })
    bytes += text
    packer.clear()
    writtenAt = head.origin.startedAt
    try file.append(bytes)
  }

  // MARK: - what a reading tells

  /// A reading begins; it is written with the first that it tells.
  mutating func beginPass(at: UInt64) {
    passAt = at
    isOpen = false
  }

  /// The reading that begins next is the last.
  mutating func expectLast() { isLast = true }

  private mutating func open() {
    if isOpen { return }
    isOpen = true
    add(isLast ? Format.Tag.lastPass : Format.Tag.pass, [passAt ?? writtenAt])
  }

  /// A record, as it was in the ring.
  @inline(__always)
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= MemoryLayout<synfin_head>.size, bytes.count & 7 == 0,
      bytes.count <= Format.mostWords << 3
    else { return }
    if !isOpen { open() }
    let kind = unsafe bytes.load(fromByteOffset: 16, as: UInt8.self)
    guard kind < Format.Tag.ipv6 else { return }
    unsafe note(kind, bytes)
    let flags = unsafe bytes.load(fromByteOffset: 20, as: UInt16.self)
    let isIPv6 = flags & UInt16(SYNFIN_IPV6.rawValue) != 0
    unsafe packer.add(isIPv6 ? kind | Format.Tag.ipv6 : kind, bytes, time: 1)
    records += 1
    if packer.isFull { write() }
  }

  /// Of whatever there may be many, such as namespaces, a block takes no more than it has room for.
  private mutating func add(_ tag: UInt8, _ words: [UInt64]) {
    packer.add(tag, words)
    if packer.isFull { write() }
  }

  private mutating func add(_ tag: UInt8, text: some Collection<UInt8>) {
    packer.add(tag, text: text)
    if packer.isFull { write() }
  }

  /// A scan begins or ends.
  mutating func mark(_ tag: UInt8, at: UInt64) {
    open()
    add(tag, [at])
  }

  /// What is found from now on was there without being told.
  mutating func endFirstScan() { tally.endFirstScan() }

  /// A reading ends.
  mutating func endPass(_ count: LossCount) {
    open()
    add(Format.Tag.count, count.words)
    isOpen = false
    if isLast || count.at >= writtenAt &+ Self.flushing {
      write()
      writtenAt = count.at
    }
  }

  /// What a namespace said, after the reading that it was asked around.
  mutating func add(_ comparison: Comparison, at: UInt64) {
    let address = comparison.name.address
    let isEmpty = comparison.before?.minis == 0 && comparison.after?.minis == 0
    // Once is enough, until there is something again.
    if isEmpty, empty.contains(address) { return }
    add(Format.Tag.comparison, comparison.words(at: at))
    if isEmpty { empty.insert(address) } else { empty.remove(address) }
    if let after = comparison.after, after.isUsed { return }
    namespaces[address] = nil
    empty.remove(address)
    if lastNet == address { lastNet = 0 }
  }

  mutating func note(_ text: String) { add(Format.Tag.note, text: text.utf8) }

  /// Nothing follows.
  mutating func end(at: UInt64) {
    add(Format.Tag.end, [at])
    write()
  }

  /// Writes the block that is begun. After a failure nothing more is written, so that the file ends where
  /// it can be read.
  private mutating func write() {
    defer {
      packer.clear()
      before = records
    }
    guard failure == nil, !packer.isEmpty else { return }
    do throws(SystemError) {
      try unsafe file.append(packer.seal(before: before))
    } catch {
      failure = error
    }
  }

  // MARK: - what is needed to read it elsewhere

  @inline(__always)
  private mutating func note(_ kind: UInt8, _ bytes: UnsafeRawBufferPointer) {
    let counted =
      kind == UInt8(SYNFIN_BARE.rawValue)
      ? unsafe RecordTally.kind(from: bytes[17], to: bytes[18]) : kind
    unsafe tally.add(
      counted, state: bytes[18], socket: bytes.load(fromByteOffset: 0, as: UInt64.self))
    switch UInt32(kind) {
    case SYNFIN_OPEN_ACTIVE.rawValue, SYNFIN_OPEN_PASSIVE.rawValue, SYNFIN_ACCEPT.rawValue,
      SYNFIN_FOUND.rawValue, SYNFIN_READ.rawValue:
      let cgroup = unsafe bytes.load(fromByteOffset: 32, as: UInt64.self)
      if cgroup != lastCgroup { learn(cgroup: cgroup) }
    case SYNFIN_CLOSE.rawValue: unsafe noteNet(bytes, at: 112)
    case SYNFIN_MINI.rawValue, SYNFIN_FOUND_MINI.rawValue: unsafe noteNet(bytes, at: 56)
    case SYNFIN_SCANNED.rawValue: unsafe noteNet(bytes, at: 32)
    default: break
    }
  }

  @inline(__always)
  private mutating func noteNet(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard bytes.count >= offset + 8 else { return }
    let net = unsafe bytes.load(fromByteOffset: offset, as: UInt64.self)
    if net == 0 || net == lastNet { return }
    lastNet = net
    let inode = unsafe bytes.load(fromByteOffset: 24, as: UInt32.self)
    namespaces[net] = NamespaceName(inode: inode, address: net)
  }

  private mutating func learn(cgroup: UInt64) {
    lastCgroup = cgroup
    if knownCgroups.count >= Self.mostCgroups { knownCgroups.removeAll() }
    guard knownCgroups.insert(cgroup).inserted, let path = cgroups.path(of: cgroup),
      path.utf8.count <= Self.longestPath
    else { return }
    let number = (0..<8).map { UInt8(truncatingIfNeeded: cgroup >> UInt64($0 << 3)) }
    add(Format.Tag.cgroup, text: number + Array(path.utf8))
  }
}
