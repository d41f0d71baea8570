// SPDX-License-Identifier: Apache-2.0
public import Lifecycle

/// Records from a recording, reading by reading as they were taken in when it was made.
///
/// Whatever the file says is data: what cannot be read is counted, and what is missing is a loss like any
/// other, so that what rests on it is unknown.
public struct Replay: ~Copyable, RecordSource {
  typealias Tag = RecordingFormat.Tag

  public let head: RecordingHead
  public private(set) var notes: [String] = []
  public let cgroups = Cgroups()
  private let path: String
  private var reader: BlockReader
  private var entries = RecordUnpacker()
  /// The time that has come, in the clock of the records.
  private var clock: UInt64
  /// The reading that is next, once its beginning has been read.
  private var pass: (at: UInt64, isLast: Bool)?
  public private(set) var isReading = false
  private var isLast = false
  private var isFirst = true
  private var count = LossCount()
  /// Records so far, those that are missing included.
  private var records: UInt64 = 0
  private var unreadable: UInt64 = 0
  private var malformed: UInt64 = 0
  /// Whether it was ended in order, or read to its last reading, and whether all of it has been read.
  private var isEnded = false
  /// Whether nothing more is read, whatever there is.
  private var isOver = false
  private var goesOn = false
  private var isAtEnd = false
  private var isDamaged = false
  private var failure: (any Error)?
  private var pace: Pace?

  /// - Parameters:
  ///   - path: `-` for standard input.
  ///   - speed: how many times as fast as it was recorded; `nil` for as fast as it can be read.
  public init(_ path: String, speed: Double? = nil) throws {
    var reader = try BlockReader(path)
    let head = try reader.head()
    self.reader = reader
    self.head = head
    self.path = path == "-" ? "standard input" : path
    clock = head.origin.startedAt
    count.at = clock
    pace = speed.map { Pace($0, startedAt: head.origin.startedAt) }
    StopSignal.hold()
  }

  public var origin: Origin { head.origin }
  public var lossDetail: [String] { [] }
  public var isReplayed: Bool { true }
  public var progress: Progress? { Progress(done: reader.done, total: reader.total) }

  public var missing: Missing? {
    if let failure { return Missing(sentence: "\(failure)", isDamage: true) }
    if isDamaged || unreadable > 0 || reader.skipped > 0 {
      let lack =
        unreadable > 0
        ? "\(unreadable) records are missing, and what rests on them"
        : "something is missing, and what rests on it"
      let sentence =
        "\(path) is damaged: \(lack) is unknown"
      return Missing(sentence: sentence, isDamage: true)
    }
    if goesOn {
      let sentence = "\(path) goes on after its end, and that is not read: is it two in one file?"
      return Missing(sentence: sentence, isDamage: true)
    }
    // Not all may have been asked for.
    if isEnded || !isAtEnd { return nil }
    let sentence =
      "\(path) ends without an end, as after SIGKILL or on a full disk: what came after is missing"
    return Missing(sentence: sentence, isDamage: false)
  }

  public var introduction: String {
    "replaying \(path), recorded by \(head.program) on \(head.host), Linux \(head.kernel)"
  }

  public func now() -> UInt64 { clock }

  public mutating func watch(_ descriptor: CInt) { pace?.watch(descriptor) }

  public mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake {
    if StopSignal.isPending { return .signal }
    if isReading { return .records }
    seekPass()
    guard let pass else { return .end }
    if let wake = pace?.wait(until: min(pass.at, deadline ?? .max)) { return wake }
    if let deadline, pass.at > deadline {
      clock = max(clock, deadline)
      return .deadline
    }
    if pass.isLast { return .end }
    begin()
    return .records
  }

  public mutating func beginPass() -> UInt64 { clock }

  /// The reading that is next is what is drained next.
  private mutating func begin() {
    guard let pass else { return }
    clock = max(clock, pass.at)
    isLast = pass.isLast
    self.pass = nil
    isReading = true
  }

  public mutating func scan(_ body: (Record) -> Void) {
    // What was there at the start comes before anything else.
    guard isFirst else { return }
    seekPass()
    begin()
    _ = drain(body)
  }

  public mutating func drain(_ body: (Record) -> Void) -> Int {
    guard isReading else { return 0 }
    isFirst = false
    var (drained, told) = (0, 0)
    while let tag = nextTag() {
      switch tag {
      case ..<Tag.pass:
        // A reading may be as long as the file: what is told at once may have to be written meanwhile.
        if tag & ~Tag.ipv6 <= Tag.lastTransition { told += 1 }
        if told > Self.mostAtOnce { return drained }
        guard let bytes = unsafe words(time: 1) else { break }
        records += 1
        drained += 1
        if let record = unsafe RecordDecoder.decode(bytes) { body(record) } else { malformed += 1 }
      case Tag.scanBegan, Tag.scanEnded:
        guard let bytes = unsafe words(time: 0) else { break }
        let at = unsafe min(bytes.word(0), RecordingHead.latest)
        body(.word(tag == Tag.scanBegan ? .scanBegan : .scanEnded, at: at))
      case Tag.count:
        guard let bytes = unsafe words(time: 0), let count = unsafe LossCount(bytes) else { break }
        self.count = count
        isReading = false
        if isLast { readEnd() }
        return drained
      case Tag.pass, Tag.lastPass:
        // That of the start has no end. That of another is lost, and what was lost with it was due at any
        // time until this one.
        isReading = false
        seekPass()
        if let pass { count.at = max(count.at, pass.at) }
        return drained
      default: pass(over: tag)
      }
    }
    // Cut off in the middle of it: what is there has come until its last time.
    isReading = false
    clock = max(clock, entries.lastTime)
    count.at = max(count.at, clock)
    return drained
  }

  /// More transitions than a ring has room for, if it is not a large one.
  private static var mostAtOnce: Int { 1 << 17 }

  /// After the last reading nothing is to follow but the end.
  private mutating func readEnd() {
    isEnded = true
    guard let tag = nextTag() else { return }
    if tag == Tag.end { pass(over: tag) } else { stopReading() }
  }

  /// Whatever comes after the end, it is no part of this recording. A pipe may stay open for long.
  private mutating func stopReading() {
    goesOn = entries.tag != nil || reader.total != nil && (try? reader.hasMore()) == true
    entries.abandon()
    isOver = true
  }

  public mutating func ask(_ names: [NamespaceName]) -> [Comparison] { [] }

  public mutating func compare(_ asked: [Comparison]) -> [Comparison] {
    var answers: [Comparison] = []
    while !isReading, pass == nil, let tag = nextTag(), tag != Tag.pass, tag != Tag.lastPass {
      if tag == Tag.comparison {
        if let bytes = unsafe words(time: 0), let answer = unsafe Comparison(bytes) {
          answers.append(answer)
        }
      } else if tag > Tag.pass {
        pass(over: tag)
      } else {
        break
      }
    }
    return answers
  }

  public mutating func endPass() -> LossCount {
    clock = max(clock, count.at)
    var count = self.count
    count.losses.malformed += malformed
    count.losses.unreadable = unreadable
    count.losses.isCut = isAtEnd && !isEnded
    return count
  }

  /// Only what was read after the stop is still to be drained.
  public mutating func stop() {
    if let pass, pass.isLast { begin() }
  }

  // MARK: - entries

  /// Goes on to the beginning of the next reading.
  private mutating func seekPass() {
    while pass == nil, let tag = nextTag() {
      switch tag {
      case Tag.pass, Tag.lastPass:
        guard let bytes = unsafe words(time: 0) else { break }
        let at = unsafe min(bytes.word(0), RecordingHead.latest)
        pass = (at, tag == Tag.lastPass)
      case ..<Tag.pass, Tag.count, Tag.scanBegan, Tag.scanEnded:
        // Its reading began in a part that is damaged.
        pass = (clock, false)
      default: pass(over: tag)
      }
    }
  }

  /// The next entry's tag, in this block or the next.
  private mutating func nextTag() -> UInt8? {
    if let tag = entries.tag { return tag }
    if isOver { return nil }
    repeat {
      do {
        guard failure == nil, let block = unsafe try reader.next() else {
          isAtEnd = !reader.isStopped
          return nil
        }
        let before = unsafe min(block.before, UInt64(1) << 48)
        if before < records {
          // It comes twice, or too late: what is in it was told, or is told to be missing.
          isDamaged = true
          continue
        }
        unreadable += before - records
        records = before
        unsafe entries.begin(block.content)
      } catch {
        failure = error
        return nil
      }
    } while entries.tag == nil
    return entries.tag
  }

  @inline(__always)
  private mutating func words(time: Int) -> UnsafeRawBufferPointer? {
    if let words = unsafe entries.words(time: time) { return unsafe words }
    // No writer makes such a thing: nothing after it in its block can be told.
    isDamaged = true
    entries.abandon()
    return nil
  }

  /// An entry that is no part of a reading, or that a later version writes.
  private mutating func pass(over tag: UInt8) {
    guard tag >= Tag.text else {
      guard let bytes = unsafe words(time: 0), tag == Tag.end else { return }
      isEnded = true
      count.at = unsafe max(count.at, min(bytes.word(0), RecordingHead.latest))
      return stopReading()
    }
    guard let text = unsafe entries.text() else {
      isDamaged = true
      return entries.abandon()
    }
    switch tag {
    case Tag.cgroup:
      guard text.count > 8 else { break }
      let path = unsafe String(decoding: text.dropFirst(8), as: UTF8.self)
      cgroups.learn(path, of: unsafe text.word(0))
    case Tag.note:
      let note = unsafe String(decoding: text, as: UTF8.self)
      if notes.count < 100, !notes.contains(note) { notes.append(note) }
    default: break
    }
  }
}
