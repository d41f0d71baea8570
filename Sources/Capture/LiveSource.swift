// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
public import Lifecycle

/// What is asked of the kernel before the programs are loaded.
public struct CaptureOptions: Sendable {
  /// Bytes; a power of two. 8 MiB are 200 ms of all that two cores can do.
  public var ringSize = 8 << 20
  /// Only this network namespace, by inode number; 0 for all.
  public var onlyNetns: UInt32 = 0
  public var onlyFamily: Filter.Family?
  /// What is to be told beside the transitions, where the kernel has it.
  public var tiers: Tiers = .all
  /// How long records may wait to be read while they come, in nanoseconds. 10 ms cost 1 % of a core.
  /// The kernel calls earlier where the ring is a quarter full.
  public var interval: UInt64 = 10_000_000
  /// Which object is to tell; `nil` for the one that tells most of those that this host takes.
  public var source: SourceChoice?
  /// A file with the types of this kernel as BTF, instead of the kernel's own.
  public var btf: String?

  public init() {}
}

/// Records from the running kernel: loads the programs, attaches them, and reads the ring.
public struct LiveSource: ~Copyable, RecordSource {
  public let origin: Origin
  /// What was taken of what the kernel has, and why.
  private(set) var remarks: [String]

  /// Which object, which tracepoint and which buffer were taken, and why.
  public let taken: String

  /// How it is learned who accepts, in a few words.
  public let acceptHook: String

  // In this order they end: what is attached before the object that it belongs to.
  private var parts: Parts
  private let loaded: Loaded
  private let options: CaptureOptions
  private var wasBusy = true
  private var malformed: UInt64 = 0
  private var watched: [CInt] = []
  public let cgroups = Cgroups(ofThisHost: ())

  public init(_ options: CaptureOptions = CaptureOptions()) throws(Refusal) {
    unsafe try self.init(options, bytes: BPFObject.embedded, legacy: BPFObject.legacy)
  }

  /// - Parameters:
  ///   - bytes: the object to load, which must outlive this.
  ///   - legacy: the same where that cannot be loaded here.
  init(
    _ options: CaptureOptions, bytes: UnsafeRawBufferPointer, legacy: UnsafeRawBufferPointer
  ) throws(Refusal) {
    cbpf_log_begin()
    let host = Host.look()
    if let refusal = Diagnosis.beforeLoading(host) { throw refusal }
    let (isCore, reason) = try Self.choose(options, host)
    if isCore {
      let bytes = unsafe options.btf == nil ? bytes : BPFObject.raw
      var object = unsafe try LoadedObject(bytes, options, host: host)
      parts = try Self.attach(&object, options, host)
      loaded = .core(object)
    } else {
      var object = unsafe try LegacyObject(legacy, options, host: host)
      do {
        parts = try Parts(&object, options)
      } catch {
        throw Diagnosis.attaching(error, log: Self.log(), on: host, takesPerfEvents: true)
      }
      loaded = .legacy(object)
    }
    taken = "\(loaded.name): \(reason)"
    remarks = [taken] + loaded.notes + [Self.remark(on: Priority.makeRealTime())]
    origin = Origin(
      startedAt: Monotonic.now(), offsetToEpoch: Monotonic.offsetToEpoch(),
      tiers: loaded.tiers, tick: Monotonic.tick(), homeNetns: NetworkNamespace.home,
      isWhole: options.onlyFamily == nil, host: host.name, kernel: host.release)
    self.options = options
    acceptHook = loaded.acceptHook
  }

  /// Which object is to tell, and why: of two the one that tells more, where the host has what it needs.
  private static func choose(
    _ options: CaptureOptions, _ host: Host
  ) throws(Refusal) -> (isCore: Bool, reason: String) {
    if let btf = options.btf {
      if options.source == .legacy || options.source == .legacyTCP {
        throw Refusal(
          .unsupported,
          "the legacy object has no use for --btf, and \(SourceChoice.variable) asks for it")
      }
      if let refusal = Diagnosis.beforeLoadingRaw(host) { throw refusal }
      return (true, "types by \(btf)")
    }
    switch options.source {
    case .core:
      if let refusal = Diagnosis.beforeLoadingCore(host) { throw refusal }
      return (true, "\(SourceChoice.variable) asks for it")
    case .legacy, .legacyTCP: return (false, "\(SourceChoice.variable) asks for it")
    case nil:
      if let lack = Diagnosis.lackForCore(host) { return (false, lack) }
      return (true, "Linux \(host.release) has BTF")
    }
  }

  private static func attach(
    _ object: inout LoadedObject, _ options: CaptureOptions, _ host: Host
  ) throws(Refusal) -> Parts {
    let parts: Parts
    do {
      parts = try Parts(&object, options)
    } catch {
      throw Diagnosis.attaching(error, log: Self.log(), on: host)
    }
    if let btf = options.btf, !TypesCheck.passes(parts.buffer, host) {
      throw Diagnosis.wrongTypes(btf, on: host)
    }
    return parts
  }

  private static func remark(on priority: Result<CInt, SystemError>) -> String {
    switch priority {
    case .success(let level): "the reading thread runs at real-time priority \(level)"
    case .failure(let error):
      "no real-time priority for the reading thread (\(SystemError.text(error.number)))"
    }
  }

  public var notes: [String] { [Self.log()] + remarks + Host.look().shortSight }

  public var introduction: String {
    var told = "transitions"
    if origin.tiers.contains(.statesOnly) { told += " by classic tracepoints" }
    if origin.tiers.contains(.resets) { told += ", resets" }
    if origin.tiers.contains(.minis) { told += ", mini sockets" }
    if origin.tiers.contains(.accepts) { told += ", accepts" }
    if origin.tiers.contains(.scans) { told += ", what was there before" }
    return "attached (\(told)), Ctrl-C to stop"
  }

  /// libbpf's messages so far.
  public static func log() -> String { unsafe String(cString: cbpf_log_text()) }

  public func now() -> UInt64 { Monotonic.now() }

  public mutating func beginPass() -> UInt64 { Monotonic.now() }

  public mutating func watch(_ descriptor: CInt) throws(SystemError) {
    try parts.waiter.watch(descriptor)
    watched.append(descriptor)
  }

  public mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake {
    try parts.waiter.wait(wasBusy: wasBusy, until: deadline)
  }

  public mutating func drain(_ body: (Record) -> Void) -> Int {
    let count = parts.drain(&malformed, body)
    wasBusy = count > 0
    return count
  }

  /// The same, into a recording as well.
  mutating func drain(into writer: inout RecordingWriter, _ body: (Record) -> Void) -> Int {
    let count = parts.drain(&malformed, into: &writer, body)
    wasBusy = count > 0
    return count
  }

  /// Into a recording alone.
  mutating func keep(in writer: inout RecordingWriter) -> Int {
    let count = unsafe parts.buffer.drain { unsafe writer.add($0) }
    wasBusy = count > 0
    return count
  }

  public mutating func scan(_ body: (Record) -> Void) {
    scan(body) { $0.drain(&$1, body) }
  }

  /// The same, into a recording as well.
  mutating func scan(into writer: inout RecordingWriter, _ body: (Record) -> Void) {
    scan(body) { $0.drain(&$1, into: &writer, body) }
  }

  private mutating func scan(
    _ body: (Record) -> Void, drain: (borrowing Parts, inout UInt64) -> Int
  ) {
    guard let scan = parts.scan else { return }
    body(.word(.scanBegan, at: now()))
    let unseen = scan.run(onlyNetns: options.onlyNetns) { drain(parts, &malformed) }
    for note in unseen.sentences(without: "what was there before")
    where !remarks.contains(note) { remarks.append(note) }
    body(.word(.scanEnded, at: now()))
    Memory.giveBack()
  }

  public mutating func ask(_ names: [NamespaceName]) -> [Comparison] {
    names.map { Comparison(name: $0, before: parts.probe?.ask($0)) }
  }

  public mutating func compare(_ asked: [Comparison]) -> [Comparison] {
    asked.map {
      Comparison(name: $0.name, before: $0.before, after: parts.probe?.ask($0.name))
    }
  }

  public mutating func endPass() -> LossCount {
    var losses = parts.counters.read()
    losses.malformed = malformed
    return LossCount(losses: losses, at: now())
  }

  public var lossDetail: [String] { parts.counters.detail }

  public var programs: [ProgramRuns] { loaded.programRuns }

  public func successor() throws(Refusal) -> LiveSource? {
    var next = try LiveSource(options)
    for descriptor in watched {
      do throws(SystemError) {
        try next.watch(descriptor)
      } catch {
        throw Refusal(.failed, "\(error)")
      }
    }
    return next
  }

  /// Takes the programs from their hooks, the second instance first: without the first, it would
  /// take every transition for one that the first had missed.
  public mutating func stop() {
    while parts.links.popLast() != nil {}
    // A program may still be running on another CPU.
    _ = cbpf_wait_for_programs()
    parts.buffer.noteStop()
  }

  /// What a loaded and attached object is worked with. Not private: other modules destroy it in place,
  /// and the linker must find how.
  struct Parts: ~Copyable {
    var links: [Attachment]
    let buffer: RecordBuffer
    var counters: LossReader
    var waiter: Waiter
    let scan: SocketScan?
    let probe: NetnsProbe?

    init(_ loaded: inout LoadedObject, _ options: CaptureOptions) throws(SystemError) {
      let map = try loaded.object.map("ring")
      let ring = try RingBuffer(descriptor: map.descriptor, size: map.maxEntries)
      let waiter = try Waiter(rings: [map.descriptor], interval: options.interval)
      let scan = try loaded.scan()
      let probe = try loaded.probe()
      var links: [Attachment] = []
      try loaded.attachAccept(&links)
      for name in loaded.plan.attached {
        links.append(Attachment(try loaded.object.program(name).attach()))
      }
      let counters = try loaded.counters()
      self.links = links
      buffer = .ring(ring)
      self.counters = .core(counters)
      self.waiter = waiter
      self.scan = scan
      self.probe = probe
    }

    init(_ loaded: inout LegacyObject, _ options: CaptureOptions) throws(SystemError) {
      let rings = try loaded.rings(size: options.ringSize)
      let waiter = try Waiter(rings: rings.descriptors, interval: options.interval)
      var links: [Attachment] = []
      try loaded.attach(&links)
      let counters = try loaded.counters(rings)
      self.links = links
      buffer = .rings(rings)
      self.counters = .legacy(counters)
      self.waiter = waiter
      scan = nil
      probe = nil
    }

    func drain(
      _ malformed: inout UInt64, into writer: inout RecordingWriter, _ body: (Record) -> Void
    ) -> Int {
      unsafe drain(&malformed, body) { unsafe writer.add($0) }
    }

    func drain(_ malformed: inout UInt64, _ body: (Record) -> Void) -> Int {
      unsafe drain(&malformed, body) { _ in }
    }

    @inline(__always)
    private func drain(
      _ malformed: inout UInt64, _ body: (Record) -> Void,
      keep: (UnsafeRawBufferPointer) -> Void
    ) -> Int {
      var bad: UInt64 = 0
      let count = unsafe buffer.drain { bytes in
        unsafe keep(bytes)
        if let record = unsafe RecordDecoder.decode(bytes) { body(record) } else { bad += 1 }
      }
      malformed += bad
      return count
    }
  }
}
