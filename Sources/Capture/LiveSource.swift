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

  public init() {}
}

/// Records from the running kernel: loads the programs, attaches them, and reads the ring.
public struct LiveSource: ~Copyable, RecordSource {
  public let startedAt: UInt64
  public let offsetToEpoch: Int64
  public let tiers: Tiers
  public let tick = Monotonic.tick()
  /// What was taken of what the kernel has, and why: for `-v`.
  public let notes: [String]

  // In this order they end: what is attached before the object that it belongs to.
  private var parts: Parts
  private let object: BPFObject
  private var wasBusy = true
  private var malformed: UInt64 = 0

  public init(_ options: CaptureOptions = CaptureOptions()) throws(Refusal) {
    unsafe try self.init(options, bytes: BPFObject.embedded)
  }

  /// - Parameter bytes: the object to load, which must outlive this.
  init(_ options: CaptureOptions, bytes: UnsafeRawBufferPointer) throws(Refusal) {
    cbpf_log_begin()
    let host = Host.look()
    if let refusal = Diagnosis.beforeLoading(host) { throw refusal }
    var notes = [
      "Linux \(host.release), BTF: the CO-RE object, with tp_btf programs and a ring buffer"
    ]
    let loaded = unsafe try Self.load(bytes, options, host: host, notes: &notes)
    let parts: Parts
    do {
      parts = try Parts(loaded.object, tiers: loaded.tiers)
    } catch {
      throw Diagnosis.attaching(error, log: Self.log(), on: host)
    }
    let priority = Priority.makeRealTime()
    notes.append(
      priority == 0
        ? "the reading thread runs at real-time priority 1"
        : "no real-time priority for the reading thread (\(SystemError.text(priority)))")
    startedAt = Monotonic.now()
    offsetToEpoch = Monotonic.offsetToEpoch()
    tiers = loaded.tiers
    self.notes = notes
    self.parts = parts
    object = loaded.object
  }

  /// Loads the object, and where the kernel refuses it whole, once more without the newest hooks.
  private static func load(
    _ bytes: UnsafeRawBufferPointer, _ options: CaptureOptions, host: Host, notes: inout [String]
  ) throws(Refusal) -> Loaded {
    notes.append("transitions: sock:inet_sock_set_state, two instances against the recursion guard")
    var refusals: [String] = []
    for tiers: Tiers in [.all, .resets, []] {
      do {
        let object = unsafe try open(bytes, options, tiers)
        notes += refusals
        if tiers.contains(.resets) {
          notes.append("resets: tcp:tcp_receive_reset, tcp:tcp_send_reset")
        }
        if tiers.contains(.minis) { notes.append("mini sockets: skb:kfree_skb with rx_sk") }
        return Loaded(object: object, tiers: tiers)
      } catch {
        let refusal = Diagnosis.loading(error.number, log: log(), on: host)
        // Rights and memory would be refused again; only a program can be left out.
        if refusal.kind != .unsupported || tiers.isEmpty { throw refusal }
        let left = tiers.contains(.minis) ? "mini sockets" : "resets"
        refusals.append("\(left): not told of, \(refusal.sentence)")
      }
    }
    preconditionFailure("the last try returns or throws")
  }

  private static func open(
    _ bytes: UnsafeRawBufferPointer, _ options: CaptureOptions, _ tiers: Tiers
  ) throws(SystemError) -> BPFObject {
    let object = unsafe try BPFObject(bytes)
    try object.map("ring").setMaxEntries(options.ringSize)
    var config = synfin_config()
    config.only_netns = options.onlyNetns
    switch options.onlyFamily {
    case .ipv4: config.only_family = UInt16(AF_INET)
    case .ipv6: config.only_family = UInt16(AF_INET6)
    case nil: break
    }
    config.wake_at = UInt64(options.ringSize / 4)
    try object.map(".rodata").setInitialValue(config)
    try object.program("synfin_rst_in").setLoaded(tiers.contains(.resets))
    try object.program("synfin_rst_out").setLoaded(tiers.contains(.resets))
    try object.program("synfin_mini_rx").setLoaded(tiers.contains(.minis))
    try object.load()
    return object
  }

  /// libbpf's messages so far.
  public static func log() -> String { unsafe String(cString: cbpf_log_text()) }

  public func now() -> UInt64 { Monotonic.now() }

  public mutating func wait(until deadline: UInt64?) throws(SystemError) -> Wake {
    try parts.waiter.wait(wasBusy: wasBusy, until: deadline)
  }

  public mutating func drain(_ body: (Record) -> Void) -> Int {
    var bad: UInt64 = 0
    let count = unsafe parts.ring.drain { bytes in
      if let record = unsafe RecordDecoder.decode(bytes) { body(record) } else { bad += 1 }
    }
    malformed += bad
    wasBusy = count > 0
    return count
  }

  public mutating func losses(duplicates: UInt64) -> Losses {
    var losses = parts.counters.read(duplicates: duplicates)
    losses.malformed = malformed
    return losses
  }

  public var lossDetail: [String] { parts.counters.detail }

  /// Takes the programs from their hooks, the second instance first: without the first, it would
  /// take every transition for one that the first had missed.
  public mutating func stop() {
    while parts.links.popLast() != nil {}
    // A program may still be running on another CPU.
    _ = cbpf_wait_for_programs()
  }

  /// What an attached object is worked with.
  private struct Parts: ~Copyable {
    var links: [Attachment]
    var ring: RingBuffer
    var counters: LossCounters
    var waiter: Waiter

    init(_ object: borrowing BPFObject, tiers: Tiers) throws(SystemError) {
      let first = try object.program("synfin_state")
      let second = try object.program("synfin_again")
      let received = tiers.contains(.resets) ? try object.program("synfin_rst_in") : nil
      let sent = tiers.contains(.resets) ? try object.program("synfin_rst_out") : nil
      let mini = tiers.contains(.minis) ? try object.program("synfin_mini_rx") : nil
      let map = try object.map("ring")
      let cpus = try object.map("cpus")
      let ring = try RingBuffer(descriptor: map.descriptor, size: map.maxEntries)
      let waiter = try Waiter(ring: map.descriptor)
      // The transitions last, so that none is told without what it rests on; and of them the second
      // instance after the first, for the kernel calls them in this order.
      var links: [Attachment] = []
      for program in [mini, received, sent, first, second] {
        guard let program else { continue }
        links.append(Attachment(try program.attach()))
      }
      self.links = links
      self.ring = ring
      self.waiter = waiter
      counters = LossCounters(
        cpus: cpus, first: first, second: second, resetReceived: received, resetSent: sent,
        mini: mini)
    }
  }

  /// A link in an array, which takes copyable things only.
  private final class Attachment {
    private let link: BPFLink

    init(_ link: consuming BPFLink) { self.link = link }
  }

  private struct Loaded: ~Copyable {
    let object: BPFObject
    let tiers: Tiers
  }
}
