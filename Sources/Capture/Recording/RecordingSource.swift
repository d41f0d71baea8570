// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// The live kernel, while all that it tells is also written into a recording.
public struct RecordingSource: ~Copyable, RecordSource {
  private var live: LiveSource
  private var writer: RecordingWriter
  private let rotation: Rotation
  private var head: RecordingHead
  /// What was there before, under its new name.
  public let aside: String?
  /// Files that are whole.
  private var made: [String] = []
  private var removed = 0
  private var recordsBefore: UInt64 = 0
  private var bytesBefore: UInt64 = 0
  /// What was lost before this file.
  private var base = Losses()
  private var losses = Losses()
  private var remarksWritten = 0
  private var isStopped = false

  /// - Parameters:
  ///   - path: where to; `-` for standard output. What is there is put aside.
  ///   - program: what makes it, such as `synfin 0.1.0`.
  public init(
    _ live: consuming LiveSource, to path: String, rotation: Rotation = Rotation(),
    program: String
  ) throws(SystemError) {
    let aside = Rotation.isThere(path) ? try Rotation.putAside(path) : nil
    var head = RecordingHead(program: program, host: Host.look(), origin: live.origin)
    // Elsewhere it is read with this host's time.
    head.origin.utcOffset = Monotonic.utcOffset()
    writer = try RecordingWriter(try RecordingFile(path), head: head, cgroups: live.cgroups)
    self.aside = aside
    self.head = head
    self.rotation = rotation
    self.live = live
  }

  public var path: String { writer.path }
  var tally: RecordTally { writer.tally }
  /// Of all files so far.
  var records: UInt64 { recordsBefore + writer.records }
  var bytes: UInt64 { bytesBefore + writer.size }
  var files: Int { made.count + 1 }
  var namespaces: [NamespaceName] { Array(writer.namespaces.values) }

  /// Goes on in another file where that is due; what has been written is whole then, and put aside.
  ///
  /// - Returns: whether it did. What is there is to be scanned into the new one.
  mutating func rotate() throws(SystemError) -> Bool {
    let at = now()
    guard rotation.isDue(size: writer.size, age: at - head.origin.startedAt) else { return false }
    writer.end(at: at)
    try check()
    made.append(try Rotation.putAside(path))
    if let keep = rotation.keep, made.count - removed > keep {
      Rotation.remove(made[removed])
      removed += 1
    }
    recordsBefore += writer.records
    bytesBefore += writer.size
    head.origin.startedAt = at
    base = losses
    try writer.goOn(in: try RecordingFile(path), head: head)
    return true
  }

  public var origin: Origin { live.origin }
  public var introduction: String { live.introduction }
  public var notes: [String] { live.notes }
  public var lossDetail: [String] { live.lossDetail }
  public var cgroups: Cgroups { live.cgroups }

  public func now() -> UInt64 { live.now() }

  /// Whether all could be written.
  func check() throws(SystemError) {
    if let failure = writer.failure { throw failure }
  }

  mutating func endFirstScan() { writer.endFirstScan() }

  public mutating func watch(_ descriptor: CInt) throws(SystemError) { try live.watch(descriptor) }

  public mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake {
    try check()
    return try live.wait(until: deadline)
  }

  public mutating func beginPass() -> UInt64 {
    let at = live.beginPass()
    writer.beginPass(at: at)
    return at
  }

  public mutating func drain(_ body: (Record) -> Void) -> Int { live.drain(into: &writer, body) }

  /// Takes what there is into the recording, and tells nobody.
  mutating func keep() -> Int { live.keep(in: &writer) }

  public mutating func scan(_ body: (Record) -> Void) {
    guard origin.tiers.contains(.scans) else { return }
    writer.mark(RecordingFormat.Tag.scanBegan, at: now())
    live.scan(into: &writer, body)
    writer.mark(RecordingFormat.Tag.scanEnded, at: now())
    for remark in live.remarks.dropFirst(remarksWritten) { writer.note(remark) }
    remarksWritten = live.remarks.count
  }

  public mutating func ask(_ names: [NamespaceName]) -> [Comparison] { live.ask(names) }

  public mutating func compare(_ asked: [Comparison]) -> [Comparison] {
    let answers = live.compare(asked)
    for answer in answers { writer.add(answer, at: now()) }
    return answers
  }

  public mutating func endPass() -> LossCount {
    let count = live.endPass()
    let balance = losses.guardBalance
    losses = count.losses
    if losses.guardBalance == nil { losses.guardBalance = balance }
    writer.endPass(LossCount(losses: count.losses.since(base), at: count.at))
    if isStopped { writer.end(at: count.at) }
    return count
  }

  public mutating func stop() {
    live.stop()
    isStopped = true
    writer.expectLast()
  }
}

extension RecordingHead {
  init(program: String, host: Host, origin: Origin) {
    self.init(
      program: program, host: host.name, kernel: host.release, machine: host.architecture,
      origin: origin)
  }
}
