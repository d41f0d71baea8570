// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// The names of processes, where a record has only that of a thread.
@safe
struct TaskNames {
  private var known: [UInt32: ProcessStat?] = [:]
  private let tick = UInt64(1_000_000_000 / max(1, sysconf(CInt(_SC_CLK_TCK))))

  /// What was looked up is true for now.
  mutating func forget() { if !known.isEmpty { known.removeAll(keepingCapacity: true) } }

  /// Gives a `synfin_bare` the name of its process instead of its thread's; where that cannot be known any
  /// more, nobody's.
  mutating func settle(_ record: UnsafeMutableRawBufferPointer, at: UInt64) {
    var bare = unsafe record.loadUnaligned(as: synfin_bare.self)
    guard bare.task.pid != 0, bare.thread != bare.task.pid else { return }
    if let comm = leader(of: bare.task.pid, at: at) {
      unsafe bare.task.comm = unsafeBitCast((comm.first, comm.second), to: type(of: bare.task.comm))
      bare.thread = bare.task.pid
    } else {
      bare.task = synfin_task()
      bare.thread = 0
    }
    unsafe record.storeBytes(of: bare, as: synfin_bare.self)
  }

  private mutating func leader(of pid: UInt32, at: UInt64) -> Comm? {
    if known[pid] == nil { known[pid] = .some(ProcessStat.read(pid)) }
    // A number is given again once all others have been (`idr_alloc_cyclic`): then its process is younger.
    guard let stat = known[pid] ?? nil,
      stat.startTicks &* tick <= at &+ Monotonic.suspended()
    else { return nil }
    return stat.comm
  }
}

/// A line of `/proc/PID/stat`.
struct ProcessStat: Equatable {
  var comm: Comm
  /// `PF_…` (`include/linux/sched.h`).
  var flags: UInt32
  /// Since boot.
  var startTicks: UInt64

  var isKernelThread: Bool { flags & 0x20_0000 != 0 }

  static func read(_ pid: UInt32) -> ProcessStat? {
    guard case .success(let bytes) = TextFile.bytes("/proc/\(pid)/stat", limit: 4096) else {
      return nil
    }
    return ProcessStat(bytes)
  }

  /// A name may have any byte in it, brackets too; nothing behind it has.
  init?(_ line: [UInt8]) {
    guard let open = line.firstIndex(of: UInt8(ascii: "(")),
      let close = line.lastIndex(of: UInt8(ascii: ")")), open < close
    else { return nil }
    let fields = String(decoding: line[(close + 1)...], as: UTF8.self).split(separator: " ")
    // Behind the name comes the third field; flags are the ninth, the start the 22nd (proc(5)).
    guard fields.count > 19, let flags = UInt32(fields[6]), let start = UInt64(fields[19]) else {
      return nil
    }
    comm = Comm(bytes: line[(open + 1)..<close])
    self.flags = flags
    startTicks = start
  }
}
