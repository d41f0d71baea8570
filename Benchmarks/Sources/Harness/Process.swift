// SPDX-License-Identifier: Apache-2.0

/// What /proc says of a running process.
package struct Process {
  package let pid: Int32

  package init(pid: Int32) { self.pid = pid }

  /// A field of `status`, in bytes: VmRSS is resident now, VmHWM was at its peak, RssAnon is the
  /// part that belongs to the process alone.
  package func memory(_ field: String) -> Double? {
    guard let status = contents(of: "/proc/\(pid)/status") else { return nil }
    for line in status.split(separator: "\n") where line.hasPrefix(field + ":") {
      return line.split(whereSeparator: \.isWhitespace).dropFirst().first
        .flatMap { Double($0) }.map { $0 * 1024 }
    }
    return nil
  }

  /// CPU seconds of its threads so far. Unlike `stat`, which counts in hundredths of a second, this
  /// is exact, but does not tell user from system.
  package var cpuSeconds: Double {
    names(in: "/proc/\(pid)/task").reduce(0) { sum, thread in
      let first = contents(of: "/proc/\(pid)/task/\(thread)/schedstat")?.split(separator: " ").first
      return sum + (first.flatMap { Double($0) } ?? 0) / 1e9
    }
  }

  package var threads: Int { names(in: "/proc/\(pid)/task").count }
  package var descriptors: Int { names(in: "/proc/\(pid)/fd").count }

  /// TIME_WAIT sockets in its network namespace by the kernel's own count, orphans in FIN_WAIT2 included.
  package var timeWaits: Int? {
    let text = contents(of: "/proc/\(pid)/net/sockstat") ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("TCP:") }
    let words = line?.split(separator: " ") ?? []
    return words.firstIndex(of: "tw").flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
  }

  /// Whether it still runs; a process that has ended and is not yet waited for does not.
  package var isAlive: Bool {
    guard let stat = contents(of: "/proc/\(pid)/stat"), let close = stat.lastIndex(of: ")") else {
      return false
    }
    return !stat[close...].dropFirst(2).hasPrefix("Z")
  }

  /// What the kernel counts for the BPF programs that the process holds.
  package var programs: ProgramCounters {
    var sum = ProgramCounters()
    var known: Set<Substring> = []
    for name in names(in: "/proc/\(pid)/fdinfo") {
      var fields: [Substring: Substring] = [:]
      for line in (contents(of: "/proc/\(pid)/fdinfo/\(name)") ?? "").split(separator: "\n") {
        let parts = line.split(whereSeparator: { $0 == ":" || $0 == "\t" || $0 == " " })
        if parts.count == 2 { fields[parts[0]] = parts[1] }
      }
      // A link has a prog_id too, but no run_cnt.
      guard let id = fields["prog_id"], let runs = fields["run_cnt"], known.insert(id).inserted
      else { continue }
      sum.programs += 1
      sum.runs += Double(runs) ?? 0
      sum.nanoseconds += fields["run_time_ns"].flatMap { Double($0) } ?? 0
      sum.skipped += fields["recursion_misses"].flatMap { Double($0) } ?? 0
    }
    return sum
  }
}

/// Sums over the BPF programs of one process. Run time and runs count only while the kernel's
/// statistics are on; skipped runs always.
package struct ProgramCounters {
  package var programs = 0
  package var runs = 0.0
  package var nanoseconds = 0.0
  /// Runs that the recursion guard skipped, because a program was running on that CPU already.
  package var skipped = 0.0
}
