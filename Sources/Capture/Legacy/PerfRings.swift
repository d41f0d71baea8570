// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// What the legacy programs tell: a ring for each CPU, read into one order.
///
/// What happens to one socket happens under its lock, and a record has been written before its program ends,
/// and so before the next one of the socket is begun, on whatever CPU. So of two records of a socket the
/// earlier has the earlier time, and where the later one had been made before the rings were looked at, the
/// earlier one is there. Therefore nothing is handed over that is younger than the beginning of a reading:
/// it waits for the next. This rests on CLOCK_MONOTONIC being one clock on all CPUs.
@safe
final class PerfRings {
  private let map: BPFMap
  private let due: BPFMap
  private let size: Int
  private var rings: [PerfRing?]
  private var counts: [DueCount]
  private var lastAt: [UInt64]
  private var numbers: [UInt64]
  private var numbersBefore: [UInt64]
  private var dueBefore: [synfin_due]
  /// By the kernel's own count.
  private(set) var overwritten: [UInt64]
  private var batch = RecordBatch()
  private var names = TaskNames()
  /// Whether no program runs any more.
  var isStopped = false

  /// - Parameters:
  ///   - map: where the programs look for their CPU's ring.
  ///   - due: what each CPU has had to tell.
  ///   - size: of all rings together, in bytes.
  init(_ map: BPFMap, due: BPFMap, size: Int) throws(SystemError) {
    let cpus = max(1, Int(libbpf_num_possible_cpus()))
    self.map = map
    self.due = due
    self.size = Self.share(of: size, cpus: cpus)
    rings = Array(repeating: nil, count: cpus)
    counts = Array(repeating: DueCount(), count: cpus)
    lastAt = Array(repeating: 0, count: cpus)
    numbers = Array(repeating: 0, count: cpus)
    numbersBefore = numbers
    dueBefore = Array(repeating: synfin_due(), count: cpus)
    overwritten = Array(repeating: 0, count: cpus)
    for cpu in 0..<cpus {
      do throws(SystemError) {
        try open(cpu)
      } catch {
        // Not online: it is opened once it has something to tell.
        if error.number != ENODEV && error.number != ENXIO { throw error }
      }
    }
  }

  /// A ring's part of all room: a power of two, and at least a page.
  static func share(of size: Int, cpus: Int) -> Int {
    let page = Int(sysconf(CInt(_SC_PAGESIZE)))
    let share = max(page, size / cpus)
    return 1 << (Int.bitWidth - 1 - share.leadingZeroBitCount)
  }

  private func open(_ cpu: Int) throws(SystemError) {
    let ring = try PerfRing(cpu: cpu, size: size)
    var (key, value) = (UInt32(cpu), ring.descriptor)
    if unsafe bpf_map_update_elem(map.descriptor, &key, &value, 0) != 0 {
      throw SystemError.last("giving CPU \(cpu) its ring")
    }
    rings[cpu] = ring
  }

  var descriptors: [CInt] { rings.compactMap { $0?.descriptor } }
  var sizeOfEach: Int { size }
  /// CPUs that are not online.
  var closed: [Int] { rings.indices.filter { rings[$0] == nil } }

  /// Hands over each record that was made before this call, in order, and returns how many there were. The
  /// bytes are those of `record.h`, valid during the call only.
  func drain(_ body: (UnsafeRawBufferPointer) -> Void) -> Int {
    let cutoff = Monotonic.now()
    collect()
    return unsafe batch.take(through: cutoff, body)
  }

  private func collect() {
    names.forget()
    for cpu in rings.indices {
      guard let ring = rings[cpu] else { continue }
      ring.drain { entry in
        switch entry {
        case .record(let bytes): unsafe take(bytes, of: cpu)
        case .lost(let count): overwritten[cpu] += count
        }
      }
    }
  }

  private static let headOffset = MemoryLayout<synfin_due>.size

  private func take(_ bytes: UnsafeRawBufferPointer, of cpu: Int) {
    guard bytes.count >= Self.headOffset + MemoryLayout<synfin_head>.size else { return }
    let count = unsafe bytes.loadUnaligned(as: synfin_due.self)
    let head = unsafe bytes.loadUnaligned(fromByteOffset: Self.headOffset, as: synfin_head.self)
    let (kind, length) = Self.shape(of: head)
    guard bytes.count >= Self.headOffset + length else { return }
    counts[cpu].arrived(count, of: kind)
    // The kernel's fast clock may step back by a little while it is set.
    lastAt[cpu] = max(lastAt[cpu], head.at)
    numbers[cpu] += 1
    var copy = unsafe [UInt8](bytes[Self.headOffset..<Self.headOffset + length])
    unsafe copy.withUnsafeMutableBytes { record in
      if head.kind == UInt8(SYNFIN_BARE.rawValue) { unsafe names.settle(record, at: head.at) }
      unsafe batch.add(
        UnsafeRawBufferPointer(record), at: lastAt[cpu], ring: cpu, number: numbers[cpu])
    }
  }

  /// As what a record is counted, and how long it is without the count and what pads it.
  private static func shape(of head: synfin_head) -> (kind: Int, length: Int) {
    let kind: UInt32
    switch UInt32(head.kind) {
    case SYNFIN_RESET_RECEIVED.rawValue: kind = SYNFIN_DUE_RESETS_RECEIVED.rawValue
    case SYNFIN_RESET_SENT.rawValue: kind = SYNFIN_DUE_RESETS_SENT.rawValue
    default:
      let isListener =
        head.new_state == TCPState.listen.rawValue
        || head.old_state == TCPState.listen.rawValue
          && head.new_state == TCPState.closed.rawValue
      kind = isListener ? SYNFIN_DUE_OWNERS.rawValue : SYNFIN_DUE_TRANSITIONS.rawValue
      let isIPv6 = head.flags & UInt16(SYNFIN_IPV6.rawValue) != 0
      return (Int(kind), MemoryLayout<synfin_bare>.size + (isIPv6 ? 32 : 8))
    }
    return (Int(kind), MemoryLayout<synfin_head>.size)
  }

  // MARK: - what did not arrive

  /// What has been lost until now.
  func countLosses() -> Losses.Stage {
    let due = readDue()
    collect()
    // One may be under way: between its count and its end are some 100 ns.
    for _ in 0..<3
    where !isStopped && counts.indices.contains(where: { counts[$0].isBehind(due[$0]) }) {
      sched_yield()
      collect()
    }
    var stage = Losses.Stage()
    for cpu in counts.indices {
      counts[cpu].settle(due[cpu])
      revive(cpu, due[cpu])
      let lost = counts[cpu].lost
      stage.transitions += lost[Int(SYNFIN_DUE_TRANSITIONS.rawValue)]
      stage.resetsReceived += lost[Int(SYNFIN_DUE_RESETS_RECEIVED.rawValue)]
      stage.resetsSent += lost[Int(SYNFIN_DUE_RESETS_SENT.rawValue)]
      stage.owners += lost[Int(SYNFIN_DUE_OWNERS.rawValue)]
    }
    return stage
  }

  private func readDue() -> [synfin_due] {
    var values = Array(repeating: synfin_due(), count: counts.count)
    var key: UInt32 = 0
    unsafe values.withUnsafeMutableBytes { bytes in
      unsafe _ = bpf_map_lookup_elem(due.descriptor, &key, bytes.baseAddress)
    }
    return values
  }

  /// A CPU that has come online has no ring yet, or one that writes no more. What it had to tell meanwhile
  /// is lost, and counted.
  private func revive(_ cpu: Int, _ now: synfin_due) {
    let isSilent = numbers[cpu] == numbersBefore[cpu]
    let before = dueBefore[cpu].records
    let hasSpoken = now.records != before
    (numbersBefore[cpu], dueBefore[cpu]) = (numbers[cpu], now)
    guard hasSpoken, rings[cpu] == nil || isSilent, !isStopped else { return }
    // As far as it can be: it may have gone again.
    do throws(SystemError) { try open(cpu) } catch {}
  }

  /// By CPU and program, in words; empty where nothing was lost.
  func detail(_ hooks: [String]) -> [String] {
    var lines = counts.indices.compactMap { cpu -> String? in
      let lost = counts[cpu].lost
      let named = zip(hooks, (0..<4).map { lost[$0] }).filter { $0.1 > 0 }
      guard !named.isEmpty else { return nil }
      return "ring, CPU \(cpu): " + named.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
    if !lines.isEmpty {
      // With the next record on its CPU, so not of what was lost last.
      lines.append("rings: of these the kernel has told \(overwritten.reduce(0, +))")
    }
    return lines
  }
}
